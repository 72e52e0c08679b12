import { expect } from "chai";
import { concat, id } from "ethers";
import { groth16Key } from "../../../src/proofs/groth16/key.ts";
import { encodeGroth16Seal } from "../../../src/proofs/groth16/seal.ts";
import { encodePoints, FIELD, TrapdoorKey } from "../../contracts/support/groth16.ts";
import { refusal } from "../../support/rejection.ts";
import { proofAsJson, keyAsJson } from "../support/snarkjs-form.ts";

const trapdoor = new TrapdoorKey(3);
const points = trapdoor.prove([1n, 2n, 3n]);
const json = proofAsJson(points);

describe("encodeGroth16Seal", () => {
  it("writes the points as the precompiled contracts read them, the imaginary parts first, then what is shown", () => {
    expect(encodeGroth16Seal({ proof: json })).to.equal(encodePoints(points));
    expect(encodeGroth16Seal({ proof: json, shown: [Uint8Array.of(1, 2), Uint8Array.of(3)] })).to.equal(
      concat([encodePoints(points), "0x010203"]),
    );
  });

  it("refuses what is no Groth16 proof on BN254, and says where", async () => {
    const wrong: [value: unknown, where: string][] = [
      [undefined, ""],
      [{ ...json, protocol: "plonk" }, "protocol"],
      [{ ...json, curve: "bls12381" }, "curve"],
      [{ ...json, pi_a: json.pi_a.slice(0, 2) }, "pi_a"],
      [{ ...json, pi_a: [json.pi_a[0], json.pi_a[1], "2"] }, "pi_a"],
      [{ ...json, pi_c: ["0", "1", "0"] }, "pi_c"],
      [{ ...json, pi_c: [FIELD.toString(), "1", "1"] }, "pi_c"],
      [{ ...json, pi_c: ["-1", "1", "1"] }, "pi_c"],
      [{ ...json, pi_c: ["0x1", "1", "1"] }, "pi_c"],
      [{ ...json, pi_c: [1, 1, 1] }, "pi_c"],
      [{ ...json, pi_c: ["9".repeat(100_000), "1", "1"] }, "pi_c"],
      [{ ...json, pi_b: [json.pi_b[0], json.pi_b[1], ["1", "1"]] }, "pi_b"],
    ];
    for (const [proof, where] of wrong) {
      const error = await refusal("proofs.groth16-invalid", () => encodeGroth16Seal({ proof }));
      expect(error.found).to.include(where);
      expect(error.found.length).to.be.at.most(300);
    }
  });
});

describe("groth16Key", () => {
  it("reads a verifying key into the contract's form", () => {
    expect(groth16Key(keyAsJson(trapdoor.key))).to.deep.equal(trapdoor.key);
  });

  it("refuses a key whose points do not fit its number of inputs, and other keys", async () => {
    const key = keyAsJson(trapdoor.key);
    for (const wrong of [{ ...key, nPublic: 4 }, { ...key, IC: [] }, { ...key, protocol: "fflonk" }, id("no key")]) {
      await refusal("proofs.groth16-invalid", () => groth16Key(wrong));
    }
  });
});
