import { expect } from "chai";

import { assembleCertificate } from "../../src/walrus/assemble-certificate.ts";
import { blsPublicKey, blsSign, parseSignature } from "../../src/walrus/bls.ts";
import { blobIdFromHex } from "../../src/walrus/blob-id.ts";
import type { Committee } from "../../src/walrus/committee.ts";
import { decodeConfirmation, encodeConfirmation } from "../../src/walrus/confirmation-message.ts";
import { type Certificate, verifyCertificate } from "../../src/walrus/verify-certificate.ts";
import { readVectors } from "./vectors.ts";

interface CertificateVectors {
  readonly sk117_pk: string;
  readonly sk117_sig_deadbeef: string;
  readonly committee: {
    readonly epoch: number;
    readonly weights: readonly number[];
    readonly publicKeys: readonly string[];
  };
  readonly message: { readonly hex: string };
  readonly certs: readonly {
    readonly signers: readonly number[];
    readonly bitmapHex: string;
    readonly individualSigs: readonly string[];
    readonly aggregateSignature: string;
  }[];
  readonly messageVectors: readonly {
    readonly src: string;
    readonly epoch: number;
    readonly blobIdHex?: string;
    readonly type: "Permanent" | "Deletable";
    readonly objectId?: string;
    readonly hex: string;
  }[];
}

function scalar(value: number): Uint8Array {
  const bytes = new Uint8Array(32);
  new DataView(bytes.buffer).setUint32(28, value);
  return bytes;
}

describe("verifyCertificate", () => {
  const vectors = readVectors<CertificateVectors>("bls-certificates.json");
  const committee: Committee = {
    epoch: vectors.committee.epoch,
    nShards: vectors.committee.weights.reduce((sum, weight) => sum + weight, 0),
    members: vectors.committee.publicKeys.map((publicKey, place) => ({
      nodeId: `0x${(place + 1).toString(16).padStart(64, "0")}`,
      publicKey: `0x${publicKey}`,
      weight: vectors.committee.weights[place] ?? 0,
      url: `http://node-${place}.invalid`,
    })),
  };
  const [vector] = vectors.certs;
  if (vector === undefined) throw new Error("no certificate in the vectors");
  const certificate: Certificate = {
    message: `0x${vectors.message.hex}`,
    bitmap: `0x${vector.bitmapHex}`,
    signature: `0x${vector.aggregateSignature}`,
  };

  function refusal(change: Partial<Certificate>, other: Partial<Committee> = {}): () => unknown {
    return () =>
      verifyCertificate({ certificate: { ...certificate, ...change }, committee: { ...committee, ...other } });
  }

  it("signs and derives keys as Walrus's own tests do", () => {
    expect(Buffer.from(blsPublicKey(scalar(117))).toString("hex")).to.equal(vectors.sk117_pk);
    const message = Buffer.from("deadbeef", "hex");
    const signature = blsSign({ message, secretKey: scalar(117) });
    expect(Buffer.from(signature).toString("hex")).to.equal(vectors.sk117_sig_deadbeef);
    vector.signers.forEach((place, index) => {
      const signed = blsSign({ message: Buffer.from(vectors.message.hex, "hex"), secretKey: scalar(place + 1) });
      expect(Buffer.from(signed).toString("hex")).to.equal(vector.individualSigs[index]);
    });
  });

  for (const { src, epoch, blobIdHex, type, objectId, hex } of vectors.messageVectors) {
    it(`writes and reads the ${type.toLowerCase()} message of ${src}`, () => {
      const decoded = decodeConfirmation(Buffer.from(hex, "hex"));
      expect(decoded.epoch).to.equal(epoch);
      if (blobIdHex !== undefined) expect(decoded.blobId).to.equal(blobIdFromHex(`0x${blobIdHex}`));
      expect(decoded.persistence).to.deep.equal(
        type === "Permanent" ? { kind: "permanent" } : { kind: "deletable", objectId: `0x${objectId ?? ""}` },
      );
      expect(Buffer.from(encodeConfirmation(decoded)).toString("hex")).to.equal(hex);
    });
  }

  it("accepts the certificate of Walrus's tests and says what it shows", () => {
    const facts = verifyCertificate({ certificate, committee });
    expect(facts.signers).to.deep.equal(vector.signers);
    expect(facts).to.include({ epoch: 5, weight: 7 });
    expect(facts.blobId).to.equal(blobIdFromHex(`0x${"bc0a".padEnd(64, "0")}`));
  });

  it("refuses a certificate of another epoch", () => {
    expect(refusal({}, { epoch: 6 })).to.throw("walrus.certificate-epoch-mismatch");
  });

  it("refuses a quorum that is one short", () => {
    // Without its first signer: weight 6 of 10.
    expect(refusal({ bitmap: "0x9e01" })).to.throw("walrus.certificate-below-quorum");
    expect(refusal({ bitmap: "0x" })).to.throw("walrus.certificate-below-quorum");
  });

  it("refuses a bitmap that names a signer too many, or too few in weight elsewhere", () => {
    expect(refusal({ bitmap: "0xdf01" })).to.throw("walrus.certificate-signature-invalid");
    expect(refusal({ bitmap: "0x9f0100" })).to.throw("walrus.certificate-bitmap-invalid");
    expect(refusal({ bitmap: "0x9f05" })).to.throw("walrus.certificate-bitmap-invalid");
  });

  it("refuses a changed signature, message and form", () => {
    const swapped =
      `0x${vector.aggregateSignature.slice(2, 4)}${vector.aggregateSignature.slice(0, 2)}${vector.aggregateSignature.slice(4)}` as const;
    expect(refusal({ signature: swapped })).to.throw("walrus.certificate-signature-invalid");
    expect(refusal({ signature: `0x${vector.individualSigs[0] ?? ""}` })).to.throw(
      "walrus.certificate-signature-invalid",
    );
    expect(refusal({ signature: `0xc0${"00".repeat(95)}` })).to.throw("walrus.certificate-signature-invalid");
    const other = `0x${vectors.message.hex.replace("bc0a", "bc0b")}` as const;
    expect(refusal({ message: other })).to.throw("walrus.certificate-signature-invalid");
    expect(refusal({ message: `0x${vectors.message.hex}00` })).to.throw("walrus.confirmation-invalid");
    expect(refusal({ message: `0x02${vectors.message.hex.slice(2)}` })).to.throw("walrus.confirmation-invalid");
    expect(refusal({ message: `0x${vectors.message.hex.slice(0, -2)}01` })).to.throw("walrus.confirmation-invalid");
  });

  it("counts two members with one key each with its own weight, as Sui does", () => {
    const message = Buffer.from(vectors.message.hex, "hex");
    const publicKey = `0x${Buffer.from(blsPublicKey(scalar(7))).toString("hex")}` as const;
    const members = committee.members.map((member) => ({ ...member, publicKey }));
    const signed = parseSignature(blsSign({ message, secretKey: scalar(7) }));
    const signatures = vector.signers.map((place) => ({ place, signature: signed }));
    const twice = assembleCertificate({ message, signatures });
    expect(verifyCertificate({ certificate: twice, committee: { ...committee, members } }).weight).to.equal(7);
    const less = assembleCertificate({ message, signatures: signatures.slice(1) });
    expect(() => verifyCertificate({ certificate: less, committee: { ...committee, members } })).to.throw(
      "walrus.certificate-below-quorum",
    );
  });

  it("refuses a committee whose members are unsorted, repeated or of wrong weight", () => {
    const { members } = committee;
    const [first] = members;
    if (first === undefined) throw new Error("no members");
    expect(refusal({}, { members: members.toReversed() })).to.throw("walrus.committee-invalid");
    expect(refusal({}, { members: [] })).to.throw("walrus.committee-invalid");
    expect(refusal({}, { nShards: 11 })).to.throw("walrus.committee-invalid");
    const infinity = [{ ...first, publicKey: `0xc0${"00".repeat(47)}` as const }, ...members.slice(1)];
    expect(refusal({}, { members: infinity })).to.throw("walrus.committee-invalid");
  });
});
