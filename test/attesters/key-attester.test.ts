import { p256 } from "@noble/curves/nist.js";
import { secp256k1 } from "@noble/curves/secp256k1.js";
import { expect } from "chai";
import { AbiCoder, SigningKey, Wallet, computeAddress, getBytes, hexlify, id, recoverAddress } from "ethers";
import fc from "fast-check";
import {
  type KeyObject,
  constants,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  verify,
} from "node:crypto";
import { attesterIdOf } from "../../src/attesters/attester-id.ts";
import { keyAttester, remoteAttester } from "../../src/attesters/key-attester.ts";
import { readPrivateKey, readPublicKey } from "../../src/attesters/read-key.ts";
import type { Hex } from "../../src/attesters/sign-digest.ts";
import type { TypedMessage } from "../../src/chain/sign-digest.ts";
import { walletAttester } from "../../src/attesters/sign-digest.ts";
import { readSigner, signerOfKey } from "../../src/attesters/signer-key.ts";
import { refusal } from "../support/rejection.ts";

const verifiers = { p256: `0x${"22".repeat(20)}`, rsaPss: `0x${"33".repeat(20)}` };
const message: TypedMessage = { domain: {}, types: {}, value: {} };
const digest = id("a digest") as Hex;
const keyPair = (namedCurve: string) => generateKeyPairSync("ec", { namedCurve });
const pem = (key: KeyObject): string => key.export({ type: "pkcs8", format: "pem" }).toString();

describe("Attesters with keys of their own", () => {
  const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const onP256 = keyPair("prime256v1");
  const account = keyPair("secp256k1");

  it("sign as an account does, with the address for a signer", async () => {
    const wallet = Wallet.createRandom();
    const attester = keyAttester({ privateKey: readPrivateKey(wallet.privateKey) });
    expect(attester.signer).to.equal(wallet.address.toLowerCase());
    expect(attester.attesterId).to.equal(walletAttester(wallet).attesterId);
    const seal = await attester.sign(digest, message);
    expect(getBytes(seal)).to.have.length(65);
    expect(recoverAddress(digest, seal)).to.equal(wallet.address);
    expect(
      await keyAttester({ privateKey: createPrivateKey(pem(account.privateKey)) }).sign(digest, message),
    ).to.not.equal(seal);
  });

  it("sign on P-256, with a low s, whatever the digest", async () => {
    const attester = keyAttester({ privateKey: onP256.privateKey, verifiers });
    expect(attester.signer.slice(0, 42)).to.equal(verifiers.p256);
    expect(getBytes(attester.signer)).to.have.length(84);
    expect(attester.attesterId).to.equal(attesterIdOf(attester.signer));
    const point = Buffer.concat([Uint8Array.of(4), getBytes(attester.signer).subarray(20)]);
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 32, maxLength: 32 }), async (bytes) => {
        const seal = getBytes(await attester.sign(hexlify(bytes) as Hex, message));
        expect(seal).to.have.length(64);
        expect(p256.Signature.fromBytes(seal, "compact").hasHighS()).to.equal(false);
        expect(p256.verify(seal, bytes, point, { prehash: false, lowS: true })).to.equal(true);
      }),
      { numRuns: 20 },
    );
  });

  it("sign with RSA-PSS and a salt of 32 bytes, the digest being the message", async () => {
    const attester = keyAttester({ privateKey: rsa.privateKey, verifiers });
    const seal = getBytes(await attester.sign(digest, message));
    const options = { key: rsa.publicKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
    expect(verify("sha256", getBytes(digest), options, seal)).to.equal(true);
    const [e, n] = AbiCoder.defaultAbiCoder().decode(
      ["bytes", "bytes"],
      `0x${attester.signer.slice(42)}`,
    ) as unknown as [string, string];
    const { n: modulus } = rsa.publicKey.export({ format: "jwk" });
    expect([e, n]).to.deep.equal(["0x010001", hexlify(Buffer.from(modulus!, "base64url"))]);
  });

  it("have the same signer from either half of the key, and read it back from its bytes", () => {
    for (const { publicKey, privateKey } of [rsa, onP256, account]) {
      const signer = signerOfKey({ key: publicKey, verifiers });
      expect(signerOfKey({ key: privateKey, verifiers })).to.equal(signer);
      const read = readSigner({ signer, verifiers });
      if (read.kind === "key") expect(read.publicKey.equals(publicKey)).to.equal(true);
      else expect(read).to.deep.equal({ kind: "account", address: signer });
    }
  });

  it("do not read a key behind a contract that nobody knows", () => {
    const signer = signerOfKey({ key: rsa.publicKey, verifiers });
    const verifier = verifiers.rsaPss;
    expect(readSigner({ signer, verifiers: { p256: verifiers.p256 } })).to.deep.equal({ kind: "unknown", verifier });
  });

  it("refuse signer bytes that are not the one encoding of a key", async () => {
    const signer = signerOfKey({ key: rsa.publicKey, verifiers });
    const { e, n } = rsa.publicKey.export({ format: "jwk" });
    const encode = (...numbers: readonly Uint8Array[]): Hex =>
      `${verifiers.rsaPss as Hex}${AbiCoder.defaultAbiCoder().encode(["bytes", "bytes"], numbers).slice(2)}`;
    const [exponent, modulus] = [Buffer.from(e!, "base64url"), Buffer.from(n!, "base64url")];
    const others: readonly Hex[] = [
      `${signer}00`,
      signer.slice(0, -2) as Hex,
      encode(exponent, Buffer.concat([Uint8Array.of(0), modulus])),
      encode(Buffer.concat([Uint8Array.of(0), exponent]), modulus),
      encode(Uint8Array.of(1), modulus),
      encode(exponent, modulus.subarray(0, 100)),
      `${verifiers.p256 as Hex}${"11".repeat(64)}`,
      `${verifiers.p256 as Hex}${"11".repeat(63)}`,
      "0x1234",
    ];
    expect(encode(exponent, modulus)).to.equal(signer);
    for (const other of others)
      await refusal("attesters.signer-invalid", () => readSigner({ signer: other, verifiers }));
  });

  it("refuse keys that no contract here checks", async () => {
    for (const { publicKey } of [
      keyPair("P-384"),
      generateKeyPairSync("ed25519"),
      generateKeyPairSync("rsa", { modulusLength: 1024 }),
      generateKeyPairSync("rsa-pss", { modulusLength: 2048 }),
    ])
      await refusal("attesters.key-unsupported", () => signerOfKey({ key: publicKey, verifiers }));
    await refusal("attesters.verifier-unknown", () => keyAttester({ privateKey: onP256.privateKey }));
    await refusal("attesters.verifier-unknown", () => keyAttester({ privateKey: rsa.privateKey }));
  });

  describe("elsewhere", () => {
    const secretOf = (key: KeyObject) => Buffer.from(key.export({ format: "jwk" }).d!, "base64url");
    const answering = (publicKey: KeyObject, signature: Uint8Array) =>
      remoteAttester({ publicKey, verifiers, sign: () => Promise.resolve(signature) }).sign(digest, message);

    for (const [scheme, curve, pair] of [
      ["secp256k1", secp256k1, account],
      ["p256", p256, onP256],
    ] as const) {
      it(`may answer ${scheme} in any form and with either s: the seal is the same`, async () => {
        const seals = new Set<string>();
        const raw = curve.sign(getBytes(digest), secretOf(pair.privateKey), { prehash: false, lowS: true });
        const low = curve.Signature.fromBytes(raw, "compact");
        const high = new curve.Signature(low.r, curve.Point.Fn.ORDER - low.s);
        for (const signature of [low, high])
          for (const form of ["compact", "der"] as const)
            seals.add(await answering(pair.publicKey, signature.toBytes(form)));
        seals.add(await answering(pair.publicKey, Buffer.concat([high.toBytes("compact"), Uint8Array.of(0)])));
        expect(seals.size).to.equal(1);
        const [seal] = seals;
        if (scheme === "secp256k1") {
          const point = SigningKey.recoverPublicKey(digest, seal!);
          expect(computeAddress(point).toLowerCase()).to.equal(signerOfKey({ key: pair.publicKey, verifiers }));
        } else expect(seal).to.equal(hexlify(raw));
      });

      it(`is refused when its ${scheme} signature is of another key, of another digest, or of the digest's hash`, async () => {
        const other = curve.sign(getBytes(digest), curve.utils.randomSecretKey(), { prehash: false });
        const hashed = curve.sign(getBytes(digest), secretOf(pair.privateKey), { prehash: true });
        const another = curve.sign(getBytes(id("another")), secretOf(pair.privateKey), { prehash: false });
        for (const signature of [
          other,
          hashed,
          another,
          new Uint8Array(64),
          new Uint8Array(0),
          Buffer.alloc(900, 0x30),
        ])
          await refusal("attesters.signature-invalid", () => answering(pair.publicKey, signature));
      });
    }

    it("is refused when its RSA signature has another padding, hash or key, or takes the digest for a hash", async () => {
      const options = { key: rsa.privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
      const bytes = getBytes(digest);
      const stranger = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
      for (const signature of [
        sign("sha256", bytes, { ...options, padding: constants.RSA_PKCS1_PADDING }),
        sign("sha384", bytes, options),
        sign("sha256", bytes, { ...options, key: stranger }),
        sign("sha256", getBytes(id("another")), options),
        new Uint8Array(256),
        new Uint8Array(0),
      ])
        await refusal("attesters.signature-invalid", () => answering(rsa.publicKey, signature));
      for (const saltLength of [0, 20, constants.RSA_PSS_SALTLEN_MAX_SIGN])
        await answering(rsa.publicKey, sign("sha256", bytes, { ...options, saltLength }));
    });
  });

  it("are read from PEM, and never told of in an error", async () => {
    const secret = pem(rsa.privateKey);
    expect(readPrivateKey(`\n${secret}\n`).equals(rsa.privateKey)).to.equal(true);
    const publicPem = rsa.publicKey.export({ type: "spki", format: "pem" }).toString();
    expect(readPublicKey(publicPem).equals(createPublicKey(secret))).to.equal(true);
    const broken = secret.replace("\nMII", "\nMIX");
    const errors = [
      await refusal("attesters.key-unreadable", () => readPrivateKey(broken)),
      await refusal("attesters.key-unreadable", () => readPrivateKey(publicPem)),
      await refusal("attesters.key-unreadable", () => readPublicKey(secret)),
      await refusal("attesters.key-unreadable", () => readPublicKey(publicPem.slice(0, 60))),
      await refusal("attesters.key-unreadable", () => readPrivateKey(`0x${"f".repeat(64)}`)),
    ];
    for (const error of errors) {
      expect(`${error.message} ${String(error.cause)}`).to.not.match(/MII|BEGIN (RSA )?PRIVATE|ffff/);
    }
  });
});
