/*
 * Words that mean the same to somebody who asks, one group a line, in the form that `stem` gives
 * them or in full.
 */

export const SYNONYMS = rows(`
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
`);

/*
 * On pages in another language: what they write and what their readers may say, without marks;
 * _ joins the syllables of a word. They stand for each other also where words are looked for in
 * the texts.
 */
export const SPOKEN = {
  vi: rows(`
mo_hinh model
file tep tap_tin
kieu kieu_du_lieu dtype type
cham nhanh slow latency do_tre toc_do fast speed hieu_nang
loi error fail su_co
sai wrong khong_dung incorrect
khac differ lech sai_khac
gia_tri_thieu nan missing null
hang_muc category categorical danh_muc
chuyen_doi convert export xuat
dau_vao input
dau_ra output
toan_tu operator op
do_thi graph
nut node
tang layer
lo batch
dong row hang
nhan label
xac_suat probability proba
ket_qua cau_tra_loi tra_loi du_doan predict prediction result answer
bo_nho memory ram
thread luong
lam_tron rounding round
luong_tu_hoa quantize quantization int8
huan_luyen train
cai_dat install
phien_ban version
thu_vien library package goi
trinh_duyet browser
may_chu server
trien_khai deploy production
nguong threshold
dac_trung feature
cay tree rung forest
trong_so weight parameter
kich_thuoc shape dimension chieu hinh_dang
anh image picture
`),
};

function rows(text) {
  return text.trim().split("\n").map((line) => line.split(" "));
}
