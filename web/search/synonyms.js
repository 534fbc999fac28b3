/*
 * Words that mean the same to somebody who asks, one group a line, in the form that `stem` gives
 * them or in full.
 */

export const SYNONYMS = `
alpine musl
windows dll
docker container image
gpu cuda
crash segfault segmentation
error fail refuse stop problem
leak memory grow
slow latency speed performance fast
nan missing null none
differ difference discrepancy inconsistent mismatch divergence match wrong incorrect
prediction predict answer result output
probability proba score
bug regression fault
convert conversion export
support unsupported
text string word
category categorical
class binary label
sklearn scikit
lgbm lightgbm lgbmclassifier lgbmregressor
xgb xgboost xgbclassifier xgbregressor
tf tensorflow
h5 hdf5
fp16 float16 half
quantize quantization int8
custom own
rename change
intermediate inner hidden inside
stateful statefulness state
layer operator op
weight parameter
multioutput target multi
single only alone
batch row size
dimension shape axis
train retrain tune
split cut
combine merge chain join
dump print show
compare diff
`
  .trim()
  .split("\n")
  .map((line) => line.split(" "));
