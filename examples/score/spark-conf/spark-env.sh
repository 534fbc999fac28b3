# What Java and the workers write to stderr goes to a file next to this folder.
exec 2>> "${SPARK_CONF_DIR}/../spark.log"
