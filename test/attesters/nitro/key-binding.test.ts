import { expect } from "chai";
import { createHash, generateKeyPairSync } from "node:crypto";
import type { NitroDocument } from "../../../src/attesters/nitro/document.ts";
import { keyBindingOf, nitridingHashes } from "../../../src/attesters/nitro/key-binding.ts";
import { readDocumentFile } from "../../../src/attesters/nitro/read-document-file.ts";
import { verifyNitroDocument } from "../../../src/attesters/nitro/verify-document.ts";
import type { Hex } from "../../../src/attesters/sign-digest.ts";
import { signerOfKey } from "../../../src/attesters/signer-key.ts";
import { refusal } from "../../support/rejection.ts";
import { realDocument } from "../support/real-document.ts";
import { TestHypervisor } from "../support/test-enclave.ts";

const verifiers = { p256: `0x${"22".repeat(20)}`, rsaPss: `0x${"33".repeat(20)}` };
const sha256 = (bytes: Uint8Array): Buffer => createHash("sha256").update(bytes).digest();
const raw = (hex: string): Buffer => Buffer.from(hex.slice(2), "hex");
const nitriding = (application: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from("1220", "hex"), sha256(Buffer.from("tls")), Buffer.from("1220", "hex"), application]);

describe("The key that a document names", () => {
  const hypervisor = new TestHypervisor();
  const documentWith = (fields: Pick<NitroDocument, "publicKey" | "userData" | "nonce">): NitroDocument =>
    verifyNitroDocument({ bytes: hypervisor.document(fields), root: hypervisor.root });
  const bindingOf = (fields: Pick<NitroDocument, "publicKey" | "userData" | "nonce">, signer: Hex) =>
    keyBindingOf({ document: documentWith(fields), signer, verifiers });

  const KEYS = [
    ["an RSA key", generateKeyPairSync("rsa", { modulusLength: 2048 })],
    ["a key on P-256", generateKeyPairSync("ec", { namedCurve: "P-256" })],
    ["an account's key", generateKeyPairSync("ec", { namedCurve: "secp256k1" })],
  ] as const;
  for (const [what, { publicKey }] of KEYS) {
    const spki = publicKey.export({ format: "der", type: "spki" });
    const signer = signerOfKey({ key: publicKey, verifiers });

    it(`is ${what} in public_key or behind a hash in user_data`, () => {
      expect(bindingOf({ publicKey: spki }, signer)).to.equal("public-key");
      expect(bindingOf({ userData: sha256(raw(signer)) }, signer)).to.equal("user-data");
      expect(bindingOf({ userData: nitriding(sha256(raw(signer))) }, signer)).to.equal("nitriding");
      expect(bindingOf({ publicKey: Buffer.from("dummy"), userData: sha256(raw(signer)) }, signer)).to.equal(
        "user-data",
      );
    });

    it(`is not ${what} that stands elsewhere, or in another form`, async () => {
      const others: readonly Pick<NitroDocument, "publicKey" | "userData" | "nonce">[] = [
        {},
        { nonce: sha256(raw(signer)) },
        { publicKey: raw(signer) },
        { publicKey: sha256(raw(signer)) },
        { publicKey: Buffer.concat([spki, Uint8Array.of(0)]) },
        { publicKey: spki.subarray(0, -1) },
        { userData: spki.subarray(0, 512) },
        { userData: sha256(raw(signer)).subarray(0, 31) },
        { userData: Buffer.concat([sha256(raw(signer)), Uint8Array.of(0)]) },
        { userData: nitriding(sha256(Buffer.from("another"))) },
        // The place of the TLS certificate's hash.
        {
          userData: Buffer.concat([
            nitriding(sha256(raw(signer))).subarray(34),
            nitriding(sha256(Buffer.from("a"))).subarray(34),
          ]),
        },
        { userData: nitriding(sha256(raw(signer))).fill(0x13, 34, 35) },
      ];
      for (const fields of others) {
        const error = await refusal("attesters.document-key", () => bindingOf(fields, signer));
        expect(error.found.length).to.be.lessThan(400);
      }
    });
  }

  it("may be behind nitriding's hash of its DER, as OpenGradient registers it", () => {
    for (const [, { publicKey }] of KEYS.slice(0, 2)) {
      const userData = nitriding(sha256(publicKey.export({ format: "der", type: "spki" })));
      expect(bindingOf({ userData }, signerOfKey({ key: publicKey, verifiers }))).to.equal("nitriding");
    }
  });

  it("does not count behind a contract that is not known, which might stand up for anything", async () => {
    const [, { publicKey }] = KEYS[0];
    const honest = signerOfKey({ key: publicKey, verifiers });
    const hostile: Hex = `0x${"66".repeat(20)}${honest.slice(42)}`;
    const spki = publicKey.export({ format: "der", type: "spki" });
    await refusal("attesters.document-key", () => bindingOf({ publicKey: spki }, hostile));
    await refusal("attesters.document-key", () => bindingOf({ userData: sha256(raw(hostile)) }, hostile));
  });

  it("is another one in the real document, which also names a TLS certificate", async () => {
    const document = verifyNitroDocument({ bytes: realDocument() });
    const hashes = nitridingHashes(document);
    expect(Buffer.from(hashes!.tlsCertificate).toString("hex")).to.equal(
      "b735546536e78ee12beea2d384fcda35f7491446c6858f79fa7ad5e4ae89b49f",
    );
    expect(Buffer.from(hashes!.application).toString("hex")).to.equal(
      "abf9d7453422eb419fc1391604b070a81bd6a61f4d9ae0ee71ab24d77670c154",
    );
    const signer = signerOfKey({ key: KEYS[0][1].publicKey, verifiers });
    await refusal("attesters.document-key", () => keyBindingOf({ document, signer, verifiers }));
    expect(nitridingHashes(documentWith({ userData: Buffer.alloc(68) }))).to.equal(undefined);
  });
});

describe("A file with a document", () => {
  const real = realDocument();

  it("holds it as it is or in base64, with line ends or without", () => {
    expect(readDocumentFile(real)).to.deep.equal(real);
    const text = Buffer.from(real).toString("base64");
    for (const content of [text, `${text}\n`, text.replaceAll(/.{64}/g, "$&\r\n")])
      expect(readDocumentFile(Buffer.from(content))).to.deep.equal(real);
  });

  it("is refused when it is something else", async () => {
    for (const content of ["{}", "-----BEGIN", " ", "A".repeat(32_769)])
      await refusal("attesters.document-malformed", () => readDocumentFile(Buffer.from(content)));
    await refusal("attesters.document-malformed", () =>
      verifyNitroDocument({ bytes: readDocumentFile(new Uint8Array(0)) }),
    );
  });
});
