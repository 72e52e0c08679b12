import { BasicConstraints, KeyUsageFlags, Version, id_ce_basicConstraints } from "@peculiar/asn1-x509";
import { expect } from "chai";
import { decode, encode } from "cborg";
import { keccak256 } from "ethers";
import fc from "fast-check";
import { createPublicKey } from "node:crypto";
import { AWS_NITRO_ROOT } from "../../../src/attesters/nitro/certificate-chain.ts";
import { verifyNitroDocument } from "../../../src/attesters/nitro/verify-document.ts";
import { refusal } from "../../support/rejection.ts";
import { extensionOf, newKeyPair } from "../support/certificates.ts";
import { realDocument } from "../support/real-document.ts";
import { type DocumentSpec, TestHypervisor, registersOf } from "../support/test-enclave.ts";

const CAMPAIGN = process.env["SCRIMSHAW_CAMPAIGN"] === "1";
const HOUR = 3_600_000;

describe("verifyNitroDocument", function () {
  this.timeout(CAMPAIGN ? 1_200_000 : 60_000);

  describe("with the real document of an OpenGradient enclave", () => {
    const real = realDocument();

    it("verifies it from the pinned root of AWS, at its own time, however long ago that is", () => {
      const document = verifyNitroDocument({ bytes: real });
      expect(document.moduleId).to.equal("i-0340e0cb833504eb6-enc019c12d31f78864d");
      expect(new Date(document.timestamp).toISOString()).to.equal("2026-02-12T17:56:02.724Z");
      expect([...document.pcrs.keys()]).to.deep.equal(Array.from({ length: 16 }, (_, index) => index));
      expect(document.cabundle).to.have.length(4);
      expect(document.userData).to.have.length(68);
      expect(Buffer.from(document.publicKey!).toString()).to.equal("dummy");
    });

    it("measures it as OpenGradient does: keccak256 of PCR0, PCR1 and PCR2", () => {
      const { measurement, pcrs } = verifyNitroDocument({ bytes: real });
      expect(measurement).to.equal(keccak256(Buffer.concat([pcrs.get(0)!, pcrs.get(1)!, pcrs.get(2)!])));
      expect(measurement).to.equal("0x8082af22571613eabd5dad9c7e857c4f16154ded3d387386d8193b53906f6a24");
    });

    it("finds the root certificate that AWS publishes the fingerprint of", () => {
      expect(AWS_NITRO_ROOT.toUpperCase().match(/../g)!.join(":")).to.equal(
        "64:1A:03:21:A3:E2:44:EF:E4:56:46:31:95:D6:06:31:7E:D7:CD:CC:3C:17:56:E0:98:93:F3:C6:8F:79:BB:5B",
      );
    });

    it("takes the tag of COSE_Sign1, once", async () => {
      const tagged = Buffer.concat([Uint8Array.of(0xd2), real]);
      expect(verifyNitroDocument({ bytes: tagged })).to.deep.equal(verifyNitroDocument({ bytes: real }));
      const twice = Buffer.concat([Uint8Array.of(0xd2), tagged]);
      await refusal("attesters.document-malformed", () => verifyNitroDocument({ bytes: twice }));
    });

    it("compares the nonce that it was asked for with", async () => {
      const nonce = Buffer.from("0123456789abcdef0123456789abcdef01234567", "hex");
      expect(verifyNitroDocument({ bytes: real, nonce }).nonce).to.deep.equal(new Uint8Array(nonce));
      const other = Buffer.from(nonce).fill(0, 0, 1).fill(1, 19);
      await refusal("attesters.document-nonce", () => verifyNitroDocument({ bytes: real, nonce: other }));
    });

    it("refuses it under another root", async () => {
      const { root } = new TestHypervisor();
      await refusal("attesters.document-certificates", () => verifyNitroDocument({ bytes: real, root }));
    });

    it("refuses it with any one bit flipped", () => {
      const refuse = (bit: number): void => {
        const bytes = Buffer.from(real);
        bytes[bit >> 3]! ^= 1 << (bit & 7);
        refusalOfAnyStep(bytes);
      };
      const bits = real.length * 8;
      if (CAMPAIGN) for (let bit = 0; bit < bits; bit += 1) refuse(bit);
      else fc.assert(fc.property(fc.integer({ min: 0, max: bits - 1 }), refuse), { numRuns: 60 });
    });

    it("refuses it cut short anywhere, or with something behind it", async () => {
      for (const length of [0, 1, 2, 6, 7, 12, 1000, real.length - 97, real.length - 1])
        await refusal("attesters.document-malformed", () => verifyNitroDocument({ bytes: real.subarray(0, length) }));
      const longer = Buffer.concat([real, Uint8Array.of(0)]);
      await refusal("attesters.document-malformed", () => verifyNitroDocument({ bytes: longer }));
    });
  });

  function refusalOfAnyStep(bytes: Uint8Array): void {
    try {
      verifyNitroDocument({ bytes });
    } catch (error) {
      expect((error as { code?: string }).code).to.match(/^attesters\.document-/);
      return;
    }
    throw new Error("a changed document passed");
  }

  const hypervisor = new TestHypervisor();
  const { root } = hypervisor;
  const verifySpec = (spec: DocumentSpec) => verifyNitroDocument({ bytes: hypervisor.document(spec), root });

  it("verifies documents of a hypervisor of our own under its root, given in hex with or without colons", () => {
    const bytes = hypervisor.document({ userData: Buffer.from("data"), nonce: new Uint8Array(0) });
    const document = verifyNitroDocument({ bytes, root });
    expect(document).to.not.have.property("publicKey");
    expect(Buffer.from(document.userData!).toString()).to.equal("data");
    expect(document.nonce).to.have.length(0);
    expect(verifyNitroDocument({ bytes, root: root.toUpperCase().match(/../g)!.join(":") })).to.deep.equal(document);
  });

  it("refuses those documents under the root of AWS", async () => {
    const error = await refusal("attesters.document-certificates", () =>
      verifyNitroDocument({ bytes: hypervisor.document() }),
    );
    expect(error.expected).to.contain(AWS_NITRO_ROOT);
  });

  it("gives another measurement for another image, and the same one for another instance", () => {
    const { measurement } = verifySpec({});
    expect(verifySpec({ pcrs: registersOf("other") }).measurement).to.not.equal(measurement);
    const elsewhere = registersOf("image").set(4, Buffer.alloc(48, 7)).set(3, Buffer.alloc(48, 8));
    expect(verifySpec({ pcrs: elsewhere }).measurement).to.equal(measurement);
  });

  for (const index of [0, 1, 2]) {
    it(`refuses an enclave in debug mode, whose PCR${index} is zero`, async () => {
      const pcrs = registersOf("image").set(index, new Uint8Array(48));
      await refusal("attesters.document-debug", () => verifySpec({ pcrs }));
    });
  }

  const edited = (certificates: NonNullable<DocumentSpec["certificates"]>): DocumentSpec => ({ certificates });
  const at = Date.UTC(2026, 1, 12, 18);
  const stranger = newKeyPair();
  const flipped = (level: number, place: number) => (chain: readonly Uint8Array[]) =>
    chain.map((der, index) => {
      const copy = Uint8Array.from(der);
      if (index === level) copy[place < 0 ? copy.length + place : place]! ^= 1;
      return copy;
    });
  const swapped = (chain: readonly Uint8Array[], a: number, b: number): readonly Uint8Array[] =>
    chain.map((der, index) => chain[index === a ? b : index === b ? a : index] ?? der);
  const elsewhere = new TestHypervisor();

  const CHAINS: readonly (readonly [string, DocumentSpec])[] = [
    ...[0, 1, 2, 3].flatMap((level): readonly (readonly [string, DocumentSpec])[] => [
      [`whose certificate ${level} has one changed bit in what is signed`, { chain: flipped(level, 60) }],
      [`whose certificate ${level} has one changed bit in its signature`, { chain: flipped(level, -8) }],
      [
        `whose certificate ${level} is followed by a byte`,
        {
          chain: (chain) => chain.map((der, i) => (i === level ? Buffer.concat([der, Uint8Array.of(0)]) : der)),
        },
      ],
    ]),
    ["of another hypervisor's root alone", { chain: ([, ...rest]) => [elsewhere.chain()[0]!, ...rest] }],
    ["with an instance of another hypervisor", { chain: (c) => [c[0]!, c[1]!, elsewhere.chain()[2]!, c[3]!] }],
    ["with two certificates swapped", { chain: (chain) => swapped(chain, 1, 2) }],
    ["that leaves out a certificate", { chain: (chain) => chain.toSpliced(1, 1) }],
    ["that holds a certificate twice", { chain: (chain) => chain.toSpliced(1, 0, chain[1]!) }],
    ["with bytes for a certificate", { chain: (chain) => chain.toSpliced(2, 1, Buffer.alloc(600, 0x30)) }],
    [
      "with an empty sequence for a certificate",
      { chain: (chain) => chain.toSpliced(2, 1, Buffer.from("3000", "hex")) },
    ],
    ["made before its certificate was valid", { timestamp: at - HOUR - 1 }],
    ["made after its certificate had expired", { timestamp: at + 3 * HOUR + 1 }],
    ["whose authority had expired", edited({ region: { notAfter: new Date(at - 1000) } })],
    ["whose authority was not valid yet", edited({ instance: { notBefore: new Date(at + 1000) } })],
    ["whose issuer is no authority", edited({ instance: { authority: false } })],
    ["whose issuer says nothing of being one", edited({ instance: { basicConstraints: false } })],
    ["whose issuer may not sign certificates", edited({ region: { keyUsage: KeyUsageFlags.digitalSignature } })],
    ["whose issuer does not say what its key is for", edited({ region: { keyUsage: undefined } })],
    ["whose chain is longer than the region allows", edited({ region: { pathLength: 0 } })],
    ["signed by an authority", edited({ enclave: { authority: true } })],
    ["signed by a key for certificates only", edited({ enclave: { keyUsage: KeyUsageFlags.keyCertSign } })],
    ["signed by a key that does not say what it is for", edited({ enclave: { keyUsage: undefined } })],
    ["whose end entity counts authorities below it", edited({ enclave: { pathLength: 0 } })],
    ["whose certificate names another issuer", edited({ enclave: { issuer: "region.nitro.test" } })],
    ["whose certificate another key signed", edited({ instance: { issuerKey: stranger } })],
    ["whose certificate is signed with SHA-256", edited({ instance: { signedWith: "sha256" } })],
    ["with a key on P-256", edited({ enclave: { key: newKeyPair("P-256") } })],
    ["with a certificate of version 1", edited({ instance: { version: Version.v1 } })],
    [
      "with a critical extension that is unknown",
      edited({ enclave: { extensions: [extensionOf("1.2.3.4", new BasicConstraints())] } }),
    ],
    [
      "with an extension twice",
      edited({
        instance: { extensions: [extensionOf(id_ce_basicConstraints, new BasicConstraints({ cA: true }))] },
      }),
    ],
    [
      "whose signed and outer algorithm differ",
      edited({ instance: { edit: (tbs) => void (tbs.signature.parameters = Uint8Array.of(5, 0).buffer) } }),
    ],
  ];
  for (const [what, spec] of CHAINS) {
    it(`refuses a document ${what}`, async () => {
      await refusal("attesters.document-certificates", () => verifySpec(spec));
    });
  }

  it("takes extensions that are unknown and not critical, and a path length that just fits", () => {
    const extensions = [extensionOf("1.2.3.4", new BasicConstraints(), false)];
    verifySpec({ certificates: { enclave: { extensions }, region: { extensions } } });
    verifySpec({ timestamp: at - HOUR });
    verifySpec({ timestamp: at + 3 * HOUR });
  });

  it("refuses P-384 with its parameters written out, which could name another generator", async () => {
    const explicit = hypervisor.keyOf("enclave").publicKey.export({ type: "spki", format: "der" });
    expect(createPublicKey({ key: explicit, format: "der", type: "spki" }).asymmetricKeyType).to.equal("ec");
    const spec = edited({
      enclave: {
        edit: (tbs) => void (tbs.subjectPublicKeyInfo.algorithm.parameters = Uint8Array.of(0x30, 0).buffer),
      },
    });
    await refusal("attesters.document-certificates", () => verifySpec(spec));
  });

  it("refuses a document that another key signed, or that was changed after it was signed", async () => {
    await refusal("attesters.document-signature", () => verifySpec({ signer: stranger }));
    await refusal("attesters.document-signature", () => verifySpec({ signer: hypervisor.keyOf("instance") }));
    const changed = ([header, unprotected, payload, signature]: unknown[]): unknown[] => {
      const fields = decode(payload as Uint8Array, { useMaps: true }) as Map<string, unknown>;
      return [header, unprotected, encode(fields.set("user_data", Buffer.from("mine"))), signature];
    };
    await refusal("attesters.document-signature", () => verifySpec({ envelope: changed }));
    for (const place of [0, 47, 48, 95]) {
      const broken = ([header, unprotected, payload, signature]: unknown[]): unknown[] => {
        const copy = Uint8Array.from(signature as Uint8Array);
        copy[place]! ^= 1;
        return [header, unprotected, payload, copy];
      };
      await refusal("attesters.document-signature", () => verifySpec({ envelope: broken }));
    }
    const zero = ([header, unprotected, payload]: unknown[]): unknown[] => [
      header,
      unprotected,
      payload,
      new Uint8Array(96),
    ];
    await refusal("attesters.document-signature", () => verifySpec({ envelope: zero }));
  });

  const header = (hex: string): DocumentSpec => ({
    envelope: ([, ...rest]) => [Buffer.from(hex, "hex"), ...rest],
  });
  const field = (name: string, value: unknown): DocumentSpec => ({ fields: (fields) => fields.set(name, value) });
  const without = (name: string): DocumentSpec => ({
    fields: (fields) => new Map([...fields].filter(([key]) => key !== name)),
  });
  const register = (index: unknown, bytes: number): DocumentSpec => ({
    pcrs: new Map<number, Uint8Array>(registersOf("image")).set(index as number, new Uint8Array(bytes)),
  });
  const deep = Buffer.concat([Buffer.alloc(16_000, 0x81), Uint8Array.of(0)]);

  const FORMS: readonly (readonly [string, DocumentSpec])[] = [
    ["that claims ES256", header("a10126")],
    ["that claims EdDSA", header("a10127")],
    ["that claims RS1, an algorithm without security", header("a10139fffe")],
    ["without an algorithm", header("a0")],
    ["with an empty protected header", header("")],
    ["with a second protected header", header("a20138220400")],
    ["whose algorithm is written as a longer integer", header("a101390022")],
    ["whose algorithm is text", header("a101654553333834")],
    ["with an unprotected header", { envelope: ([a, , c, d]) => [a, new Map([[1, -35]]), c, d] }],
    ["of three items", { envelope: (items) => items.slice(0, 3) }],
    ["of five items", { envelope: (items) => [...items, 0] }],
    ["without a payload", { envelope: ([a, b, , d]) => [a, b, null, d] }],
    ["with an empty payload", { payload: () => new Uint8Array(0) }],
    ["with a payload beyond 16384 bytes", field("user_data", new Uint8Array(16_384))],
    ["whose signature is short", { envelope: ([a, b, c]) => [a, b, c, new Uint8Array(64)] }],
    ["whose payload is nested beyond reason", { payload: () => deep }],
    ["whose payload is a list", { payload: () => encode([1, 2]) }],
    ["whose payload has a field twice", { payload: (p) => twice(p, "digest") }],
    ["with something behind its payload", { payload: (p) => Buffer.concat([p, Uint8Array.of(0xf6)]) }],
    ["with an unknown field", field("extra", 1)],
    ["with a field called __proto__", field("__proto__", new Map())],
    ["without a module id", field("module_id", "")],
    ["without a digest", without("digest")],
    ["of another digest", field("digest", "SHA256")],
    ["of no time", field("timestamp", 0)],
    ["of a time beyond all dates", field("timestamp", 2n ** 63n)],
    ["of a negative time", field("timestamp", -1)],
    ["without registers", field("pcrs", new Map())],
    ["without PCR1", { pcrs: new Map([...registersOf("image")].filter(([index]) => index !== 1)) }],
    ["with a register 32", register(32, 48)],
    ["with a register -1", register(-1, 48)],
    ["with a register named by text", register("0", 48)],
    ["with a register of 47 bytes", register(16, 47)],
    ["whose PCR0 has 32 bytes, so that others could be shifted into its place", register(0, 32)],
    ["without certificates above it", field("cabundle", [])],
    [
      "with too many certificates",
      field(
        "cabundle",
        Array.from({ length: 11 }, () => Uint8Array.of(1)),
      ),
    ],
    ["with a certificate of 1025 bytes", field("certificate", new Uint8Array(1025))],
    ["with no certificate", field("certificate", null)],
    ["with an empty public key", field("public_key", new Uint8Array(0))],
    ["with a nonce of 1025 bytes", field("nonce", new Uint8Array(1025))],
    ["whose user data is text", field("user_data", "text")],
  ];
  for (const [what, spec] of FORMS) {
    it(`refuses a document ${what}`, async () => {
      await refusal("attesters.document-malformed", () => verifySpec(spec));
    });
  }

  it("refuses bytes without end before it reads them", async () => {
    await refusal("attesters.document-malformed", () => verifyNitroDocument({ bytes: Buffer.alloc(1 << 20, 0x9f) }));
  });

  it("never fails in another way, whatever the bytes", () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc
        .uint8Array({ maxLength: 300 })
        .map((payload) => encode([Buffer.from("a1013822", "hex"), new Map(), payload, new Uint8Array(96)])),
      fc
        .uint8Array({ minLength: 1, maxLength: 1024 })
        .map((der) => hypervisor.document({ chain: (chain) => chain.toSpliced(2, 1, der) })),
    );
    fc.assert(fc.property(bytes, refusalOfAnyStep), { numRuns: CAMPAIGN ? 5_000 : 100 });
  });

  /** A payload whose map holds its field `name` a second time. */
  function twice(payload: Uint8Array, name: string): Uint8Array {
    const entry = Buffer.concat([encode(name), encode("SHA384")]);
    expect(payload[0]).to.equal(0xa9);
    return Buffer.concat([Uint8Array.of(0xaa), payload.subarray(1), entry]);
  }
});
