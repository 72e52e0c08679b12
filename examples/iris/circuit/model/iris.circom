pragma circom 2.2.0;

include "weights.circom";

// The quantised Iris classifier. Public inputs, in this order:
//   digest[0], digest[1]  the upper and the lower 128 bits of the proof's EIP-712 digest
//   tensors               five bytes as one number: four features in tenths of a centimetre, then the class
// There is exactly one witness for each pair of digest and tensors whose class is the classifier's, and none for others.
//
// Every number here is far below the field's modulus: what could wrap around is bounded by `Bits`, whose bits are unique
// because 2^n stays below the modulus.

// The bits of a number below 2^n, the lowest first.
template Bits(n) {
    assert(n < 253);
    signal input in;
    signal output out[n];
    var sum = 0;
    for (var i = 0; i < n; i++) {
        out[i] <-- (in >> i) & 1;
        out[i] * (out[i] - 1) === 0;
        sum += out[i] * (1 << i);
    }
    sum === in;
}

// The greater of zero and a number between -2^n and 2^n: moved up by 2^n, its top bit says that it is not negative.
template Relu(n) {
    signal input in;
    signal output out;
    signal bits[n + 1] <== Bits(n + 1)(in + (1 << n));
    out <== bits[n] * in;
}

template Iris() {
    signal input digest[2];
    signal input tensors;

    // The digest takes part in a constraint, so that no tool drops it as unused.
    signal digestProduct <== digest[0] * digest[1];

    signal bits[40] <== Bits(40)(tensors);
    signal bytes[5];
    for (var b = 0; b < 5; b++) {
        var sum = 0;
        for (var i = 0; i < 8; i++) sum += bits[8 * (4 - b) + i] * (1 << i);
        bytes[b] <== sum;
    }

    var hiddenWeights[4][8] = HIDDEN_WEIGHTS();
    var hiddenBias[8] = HIDDEN_BIAS();
    signal hidden[8];
    for (var h = 0; h < 8; h++) {
        var sum = hiddenBias[h];
        for (var f = 0; f < 4; f++) sum += hiddenWeights[f][h] * bytes[f];
        hidden[h] <== Relu(HIDDEN_BITS())(sum);
    }

    var outputWeights[8][3] = OUTPUT_WEIGHTS();
    var outputBias[3] = OUTPUT_BIAS();
    signal scores[3];
    for (var c = 0; c < 3; c++) {
        var sum = outputBias[c];
        for (var h = 0; h < 8; h++) sum += outputWeights[h][c] * hidden[h];
        scores[c] <== sum;
    }

    // The class is 0, 1 or 2: its upper six bits are zero, and its lower two are not both set.
    for (var i = 2; i < 8; i++) bits[i] === 0;
    bits[0] * bits[1] === 0;
    var isClass[3] = [1 - bits[0] - bits[1], bits[0], bits[1]];

    // Its score is above those of all classes before it and not below those after it: the first of the highest.
    signal chosen[3];
    for (var c = 0; c < 3; c++) chosen[c] <== isClass[c] * scores[c];
    var best = chosen[0] + chosen[1] + chosen[2];
    var isAfter = 0;
    signal lead[3][SCORE_BITS()];
    for (var c = 2; c >= 0; c--) {
        lead[c] <== Bits(SCORE_BITS())(best - scores[c] - isAfter);
        isAfter += isClass[c];
    }
}

component main {public [digest, tensors]} = Iris();
