// Written by weights.ts from the training of model/iris.onnx.
pragma circom 2.2.0;

function HIDDEN_WEIGHTS() {
    return [
        [173, 118, -46, 390, 6, -409, 327, 255],
        [-414, 25, -676, -683, 412, 523, -434, -1267],
        [121, 105, -26, -89, 25, -330, -174, 295],
        [508, 309, -297, -605, -122, -812, -620, 768]
    ];
}

function HIDDEN_BIAS() {
    return [-8426, -17354, 27647, 12275, -13524, 31169, 13189, 860];
}

// No sum of the hidden layer lies outside -2^bits .. 2^bits.
function HIDDEN_BITS() {
    return 20;
}

function OUTPUT_WEIGHTS() {
    return [
        [-185, -41, 225],
        [9, -44, 130],
        [94, 156, -127],
        [-21, 328, -256],
        [82, -33, 66],
        [508, -323, -94],
        [76, 389, -265],
        [-369, -255, 453]
    ];
}

function OUTPUT_BIAS() {
    return [-772913, 2342049, -1569137];
}

// No difference of two scores reaches 2^bits.
function SCORE_BITS() {
    return 31;
}
