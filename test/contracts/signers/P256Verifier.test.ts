import { expect } from "chai";
import { createPublicKey, generateKeyPairSync, sign, verify, type KeyObject } from "node:crypto";
import { p256 } from "@noble/curves/nist.js";
import fc from "fast-check";
import { concat, getBytes, hexlify, id, MaxUint256, sha256, toBeHex, toBigInt, ZeroHash } from "ethers";
import { network } from "hardhat";
import { networkHelpers } from "../support/chain.ts";
import { deploy } from "../support/deployment.ts";
import { p256Key } from "../support/signers.ts";

const { loadFixture } = networkHelpers;
const MAGIC = "0x024ad318";
const NO = "0xffffffff";
const { n: ORDER, p: FIELD } = p256.Point.CURVE();
const SECRET = id("a key on P-256");
const DIGEST = id("a digest");
const RUNS = process.env["SCRIMSHAW_CAMPAIGN"] === "1" ? 2000 : 60;

const word = (value: bigint): string => toBeHex(value, 32);
const halves = (signature: string): [r: string, s: string] => [signature.slice(0, 66), `0x${signature.slice(66)}`];

describe("P256Verifier", () => {
  it("accepts OpenSSL's signatures once their s is low, and not while it is high", async () => {
    const { p256: verifier } = await loadFixture(deploy);
    const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const key = pointOf(publicKey);
    const seen = { low: 0, high: 0 };
    for (let round = 0; seen.low * seen.high === 0 || round < 10; ++round) {
      const message = getBytes(id(`message ${round}`));
      const made = hexlify(sign("sha256", message, { key: privateKey, dsaEncoding: "ieee-p1363" }));
      const digest = sha256(message);
      const [r, s] = halves(made);
      const high = toBigInt(s) > ORDER / 2n;
      ++seen[high ? "high" : "low"];
      const low = concat([r, high ? word(ORDER - toBigInt(s)) : s]);
      expect(await verifier.verify(key, digest, low)).to.equal(MAGIC);
      expect(await verifier.verify(key, digest, made)).to.equal(high ? NO : MAGIC);
    }
  });

  it("takes the digest as it stands, and 64 bytes of key and signature exactly", async () => {
    const { p256: verifier } = await loadFixture(deploy);
    const { key, sign: signed } = p256Key(SECRET);
    const good = signed(DIGEST);
    expect(await verifier.verify(key, DIGEST, good)).to.equal(MAGIC);
    expect(await verifier.verify(key, sha256(getBytes(DIGEST)), good)).to.equal(NO);
    for (const bad of ["0x", good.slice(0, -2), `${good}00`, `${good}1b`, concat([good, ZeroHash])]) {
      expect(await verifier.verify(key, DIGEST, bad), bad).to.equal(NO);
    }
    for (const bad of ["0x", key.slice(0, -2), `${key}00`, concat(["0x04", key])]) {
      expect(await verifier.verify(bad, DIGEST, good), bad).to.equal(NO);
    }
  });

  it("refuses points that are not on the curve, and numbers outside the order", async () => {
    const { p256: verifier } = await loadFixture(deploy);
    const { key, sign: signed } = p256Key(SECRET);
    const good = signed(DIGEST);
    const [[x, y], [r, s]] = [halves(key), halves(good)];
    const opposite = word(FIELD - toBigInt(y));
    const keys = [
      [ZeroHash, ZeroHash],
      [x, ZeroHash],
      [x, opposite],
      [y, x],
      [word(FIELD), y],
      [x, word(toBigInt(y) ^ 1n)],
    ];
    for (const bad of [...keys, [word(MaxUint256), word(MaxUint256)]]) {
      expect(await verifier.verify(concat(bad), DIGEST, good), concat(bad)).to.equal(NO);
    }
    const numbers = [ZeroHash, word(1n), word(ORDER), word(ORDER - 1n), word(ORDER + 1n), word(MaxUint256)];
    for (const bad of [...numbers, word(ORDER - toBigInt(s))]) {
      for (const signature of [concat([r, bad]), concat([bad, s]), concat([bad, bad])]) {
        expect(await verifier.verify(key, DIGEST, signature), signature).to.equal(NO);
      }
    }
  });

  it("agrees with OpenSSL and with itself without the precompiled contract, on flipped bits and digests at the edges", async () => {
    const { p256: verifier } = await loadFixture(deploy);
    const elsewhere = await network.create({ override: { hardfork: "prague" } });
    expect(await elsewhere.ethers.provider.call({ to: `0x${"100".padStart(40, "0")}`, data: "0x" })).to.equal("0x");
    const without = await elsewhere.ethers.deployContract("P256Verifier");
    const messages = Array.from({ length: 16 }, (_, index) => id(`message ${index}`));
    const where = fc.constantFrom("key", "message", "signature", "nothing");
    await fc.assert(
      fc.asyncProperty(fc.nat(15), where, fc.nat(511), async (index, part, bit) => {
        const { key, sign: signed } = p256Key(id(`key ${index}`));
        const message = messages[index] ?? DIGEST;
        const parts: Record<"key" | "message" | "signature", string> = {
          key,
          message,
          signature: signed(sha256(getBytes(message))),
        };
        if (part !== "nothing") parts[part] = flip(parts[part], bit);
        const digest = sha256(getBytes(parts.message));
        const low = toBigInt(halves(parts.signature)[1]) <= ORDER / 2n;
        const expected = low && opensslAccepts(parts) ? MAGIC : NO;
        expect(await verifier.verify(parts.key, digest, parts.signature)).to.equal(expected);
        expect(await without.verify(parts.key, digest, parts.signature)).to.equal(expected);
      }),
      { numRuns: RUNS },
    );
    const { key, sign: signed } = p256Key(SECRET);
    for (const digest of [ZeroHash, word(1n), word(ORDER - 1n), word(ORDER), word(ORDER + 1n), word(MaxUint256)]) {
      for (const chain of [verifier, without]) expect(await chain.verify(key, digest, signed(digest))).to.equal(MAGIC);
    }
    await elsewhere.close();
  });

  it("tells its version", async () => {
    const { p256: verifier } = await loadFixture(deploy);
    expect(await verifier.version()).to.equal("1.0.0");
  });
});

function pointOf(key: KeyObject): string {
  const { x, y } = key.export({ format: "jwk" });
  return concat([Buffer.from(x ?? "", "base64url"), Buffer.from(y ?? "", "base64url")]);
}

function flip(bytes: string, bit: number): string {
  const flipped = getBytes(bytes);
  const index = Math.floor(bit / 8) % flipped.length;
  flipped[index] = (flipped[index] ?? 0) ^ (1 << (bit % 8));
  return hexlify(flipped);
}

/** What OpenSSL says of a signature over a message, with a high `s` too. */
function opensslAccepts({ key, message, signature }: { key: string; message: string; signature: string }): boolean {
  const [x, y] = halves(key).map((half) => Buffer.from(getBytes(half)).toString("base64url"));
  try {
    const publicKey = createPublicKey({ key: { kty: "EC", crv: "P-256", x: x ?? "", y: y ?? "" }, format: "jwk" });
    return verify("sha256", getBytes(message), { key: publicKey, dsaEncoding: "ieee-p1363" }, getBytes(signature));
  } catch {
    return false;
  }
}
