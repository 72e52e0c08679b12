import { expect } from "chai";

import {
  encodedSize,
  encodingParameters,
  oneHonestWeight,
  quorumWeight,
  symbolSize,
} from "../../src/walrus/encoding-parameters.ts";
import { readVectors } from "./vectors.ts";

interface ParameterVectors {
  readonly shards: readonly {
    readonly nShards: number;
    readonly f: number;
    readonly primary: number;
    readonly secondary: number;
    readonly quorumWeight: number;
    readonly oneHonestWeight: number;
    readonly maxBlobBytes: number;
  }[];
  readonly encodedLengths: readonly {
    readonly unencoded: number;
    readonly nShards: number;
    readonly symbolSize: number;
    readonly encodedBlobLength: number;
  }[];
}

describe("encodingParameters", () => {
  const vectors = readVectors<ParameterVectors>("encoding-parameters.json");

  for (const vector of vectors.shards) {
    it(`gives the matrix and the weights of ${vector.nShards} shards`, () => {
      const { maxFaulty, rows, columns, maxBlobSize } = encodingParameters(vector.nShards);
      expect({ maxFaulty, rows, columns, maxBlobSize }).to.deep.equal({
        maxFaulty: vector.f,
        rows: vector.primary,
        columns: vector.secondary,
        maxBlobSize: vector.maxBlobBytes,
      });
      expect(quorumWeight(vector.nShards)).to.equal(vector.quorumWeight);
      expect(oneHonestWeight(vector.nShards)).to.equal(vector.oneHonestWeight);
    });
  }

  for (const { unencoded, nShards, ...vector } of vectors.encodedLengths) {
    it(`encodes ${unencoded} bytes at ${nShards} shards to ${vector.encodedBlobLength}`, () => {
      expect(symbolSize({ size: unencoded, nShards })).to.equal(vector.symbolSize);
      expect(encodedSize({ size: unencoded, nShards })).to.equal(vector.encodedBlobLength);
    });
  }

  it("takes the largest blob and refuses one byte more", () => {
    expect(symbolSize({ size: 14_599_533_452, nShards: 1000 })).to.equal(65_534);
    expect(() => symbolSize({ size: 14_599_533_453, nShards: 1000 })).to.throw("walrus.blob-too-large");
  });

  for (const nShards of [0, -1, 1.5, 65_536, Number.NaN]) {
    it(`refuses ${nShards} shards`, () => {
      expect(() => encodingParameters(nShards)).to.throw("walrus.shard-count-invalid");
    });
  }
});
