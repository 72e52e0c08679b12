import { expect } from "chai";
import { TypedDataEncoder } from "ethers";

import {
  PROOF_TYPES,
  digestOf,
  hashEvidence,
  proofIdOf,
  submitterId,
  typedDataDomain,
} from "../../src/proofs/proof.ts";
import { hashStatement } from "../../src/proofs/statement.ts";
import { samplePart, sampleStatement } from "./support/sample-proof.ts";

describe("Statement and proof hashes", () => {
  const { proof } = samplePart("one");
  const { Statement, Evidence } = PROOF_TYPES;

  it("are the EIP-712 struct hashes that ethers computes on its own", () => {
    expect(hashStatement(proof.statement)).to.equal(
      TypedDataEncoder.hashStruct("Statement", { Statement }, proof.statement),
    );
    expect(hashEvidence(proof.evidence)).to.equal(
      TypedDataEncoder.hashStruct("Evidence", { Evidence }, proof.evidence),
    );
    expect(proofIdOf(proof)).to.equal(TypedDataEncoder.hashStruct("Proof", PROOF_TYPES, proof));
  });

  it("change with every single member of the statement", () => {
    const base = sampleStatement("one");
    const hashes = Object.keys(base).map((member) => {
      const value = base[member as keyof typeof base];
      const other =
        typeof value === "bigint"
          ? value + 1n
          : typeof value === "number"
            ? value + 1
            : sampleStatement("two").inputHash;
      return hashStatement({ ...base, [member]: other });
    });
    expect(new Set([...hashes, hashStatement(base)])).to.have.property("size", hashes.length + 1);
  });

  it("give another digest on another chain and for another registry", () => {
    const domain = { chainId: 1n, proofRegistry: "0x00000000000000000000000000000000000000aa" };
    const digests = [
      digestOf({ proof, domain }),
      digestOf({ proof, domain: { ...domain, chainId: 2n } }),
      digestOf({ proof, domain: { ...domain, proofRegistry: "0x00000000000000000000000000000000000000bb" } }),
    ];
    expect(new Set(digests).size).to.equal(3);
    expect(digests[0]).to.equal(TypedDataEncoder.hash(typedDataDomain(domain), PROOF_TYPES, proof));
  });

  it("name a vanilla proof's submitter by the left-padded address", () => {
    expect(submitterId("0x00000000000000000000000000000000000000aa")).to.equal(`0x${"00".repeat(31)}aa`);
  });
});
