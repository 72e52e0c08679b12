import { expect } from "chai";
import { concat, getBytes, hexlify, id, toBeHex, toBigInt, ZeroHash } from "ethers";
import { networkHelpers } from "../support/chain.ts";
import { deploy } from "../support/deployment.ts";
import {
  encodePss,
  encodeRsaKey,
  opensslAccepts,
  rsaKey,
  rsaNumbers,
  rsaPower,
  signRsaPss,
} from "../support/signers.ts";

const { loadFixture } = networkHelpers;
const MAGIC = "0x024ad318";
const NO = "0xffffffff";
const MESSAGE = id("a digest");

describe("RsaPssVerifier, asked about keys that are none", () => {
  it("refuses moduli that are even, tiny, or not of 2048 to 4096 bits, whatever OpenSSL signed with them", async () => {
    const { rsaPss } = await loadFixture(deploy);
    for (const name of ["2047", "4104"] as const) {
      const key = rsaKey(name);
      const { e, n } = rsaNumbers(key);
      const signature = signRsaPss(key, MESSAGE, 32);
      expect(opensslAccepts({ e, n }, MESSAGE, signature)).to.equal(true);
      expect(await rsaPss.verify(encodeRsaKey(e, n), MESSAGE, signature), name).to.equal(NO);
    }
    const { e, n } = rsaNumbers(rsaKey("2048"));
    const good = signRsaPss(rsaKey("2048"), MESSAGE, 32);
    const even = n.slice();
    even[255] = (even[255] ?? 0) ^ 1;
    for (const modulus of ["0x", "0x00", "0x01", "0x03", `0x${"ff".repeat(8)}`, even, new Uint8Array(256)]) {
      for (const signature of [good, "0x", "0x00", "0x01", `0x${"00".repeat(8)}`]) {
        expect(await rsaPss.verify(encodeRsaKey(e, modulus), MESSAGE, signature), hexlify(modulus)).to.equal(NO);
      }
    }
  });

  it("refuses an even modulus, though a signature under it holds", async () => {
    const { rsaPss } = await loadFixture(deploy);
    const key = rsaKey("2047");
    const { e, n } = rsaNumbers(key);
    const half = toBigInt(n);
    const encoded = toBigInt(encodePss(MESSAGE, 2048, { salt: id("salt") }));
    const root = toBigInt(rsaPower(key, getBytes(toBeHex(encoded % half, 256))));
    const signature = root % 2n === encoded % 2n ? root : root + half;
    expect(power(signature, toBigInt(e), 2n * half)).to.equal(encoded);
    const modulus = toBeHex(2n * half, 256);
    expect(await rsaPss.verify(encodeRsaKey(e, modulus), MESSAGE, toBeHex(signature, 256))).to.equal(NO);
  });

  it("takes odd exponents from 3 on of at most 8 bytes, and refuses all others though the mathematics hold", async () => {
    const { rsaPss } = await loadFixture(deploy);
    const { n, encoded, root } = rootsUnderAnyExponent();
    const from = { odd: [5n, 65_537n, 2n ** 63n + 1n, 2n ** 64n - 301n], even: [2n, 65_538n, 2n ** 64n - 300n] };
    const long = [2n ** 64n + 1n, 2n ** 71n + 1n, 2n ** 255n + 1n, 2n ** 300n + 1n];
    for (const start of [1n, ...from.odd, ...from.even, ...long]) {
      let e = start;
      while (root(e) === undefined) e += 2n;
      const signature = root(e) ?? 0n;
      expect(power(signature, e, n), `the root for ${e}`).to.equal(encoded);
      const answer = await rsaPss.verify(encodeRsaKey(toBeHex(e), toBeHex(n)), MESSAGE, toBeHex(signature, 257));
      expect(answer, `e = ${e}`).to.equal(from.odd.includes(start) ? MAGIC : NO);
    }
    for (const e of ["0x", "0x00", `0x${"01".repeat(256)}`]) {
      expect(await rsaPss.verify(encodeRsaKey(e, toBeHex(n)), MESSAGE, toBeHex(encoded, 257)), e).to.equal(NO);
    }
  });

  it("knows one encoding of a key", async () => {
    const { rsaPss } = await loadFixture(deploy);
    const { e, n } = rsaNumbers(rsaKey("2049"));
    const good = signRsaPss(rsaKey("2049"), MESSAGE, 32);
    const key = encodeRsaKey(e, n);
    const word = (value: number): string => toBeHex(value, 32);
    const [length, bytes] = [word(n.length), `${hexlify(n)}${"00".repeat(31)}`];
    const exponent = `0x010001${"00".repeat(29)}`;
    const others: Record<string, string> = {
      none: "0x",
      "one byte less": key.slice(0, -2),
      "one byte more": concat([key, "0x00"]),
      "one word more": concat([key, ZeroHash]),
      "bytes behind the modulus": `${key.slice(0, -2)}01`,
      "bytes behind the exponent": concat([word(64), word(128), word(3), `${exponent.slice(0, -2)}01`, length, bytes]),
      "the modulus first": concat([word(64 + 32 + 288), word(64), length, bytes, word(3), exponent]),
      "a gap": concat([word(64), word(160), word(3), exponent, ZeroHash, length, bytes]),
      "an offset beyond": concat([word(64), `0x${"ff".repeat(32)}`, word(3), exponent, length, bytes]),
      "a length beyond": concat([word(64), word(128), `0x${"ff".repeat(32)}`, exponent, length, bytes]),
      "a modulus of all that follows": concat([word(64), word(128), word(3), exponent, `0x${"ff".repeat(32)}`, bytes]),
      "zeros before the exponent": encodeRsaKey(concat(["0x00", e]), n),
      "zeros before the modulus": encodeRsaKey(e, concat(["0x00", n])),
      packed: concat([e, n]),
    };
    expect(concat([word(64), word(128), word(3), exponent, length, bytes])).to.equal(key);
    expect(await rsaPss.verify(key, MESSAGE, good)).to.equal(MAGIC);
    for (const [what, other] of Object.entries(others)) {
      for (const signature of [good, concat(["0x00", good])]) {
        expect(await rsaPss.verify(other, MESSAGE, signature), what).to.equal(NO);
      }
    }
  });
});

/**
 * An encoded message that is a square modulo the product of two primes that leave 3 when divided by 4, and its roots: squares are a group of odd
 * order, so they have roots of even degree too.
 */
function rootsUnderAnyExponent(): { n: bigint; encoded: bigint; root: (e: bigint) => bigint | undefined } {
  const { p, q } = rsaKey("2050").export({ format: "jwk" });
  const primes = [p, q].map((part) => toBigInt(Buffer.from(part ?? "", "base64url")));
  const n = primes.reduce((product, prime) => product * prime, 1n);
  const order = primes.reduce((product, prime) => product * ((prime - 1n) / 2n), 1n);
  for (let salt = 0; ; ++salt) {
    const encoded = toBigInt(encodePss(MESSAGE, 2050, { salt: id(`salt ${salt}`) }));
    if (!primes.every((prime) => power(encoded, (prime - 1n) / 2n, prime) === 1n)) continue;
    const root = (e: bigint): bigint | undefined => {
      const inverse = inverseOf(e, order);
      return inverse === undefined ? undefined : power(encoded, inverse, n);
    };
    return { n, encoded, root };
  }
}

/** Undefined for a value that has a factor in common with the modulus. */
function inverseOf(value: bigint, modulus: bigint): bigint | undefined {
  let [a, b, x, y] = [modulus, value % modulus, 0n, 1n];
  while (b !== 0n) [a, b, x, y] = [b, a % b, y, x - (a / b) * y];
  return a === 1n ? ((x % modulus) + modulus) % modulus : undefined;
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  if (exponent === 0n) return 1n;
  const half = power(base, exponent / 2n, modulus);
  return (half * half * (exponent % 2n === 0n ? 1n : base)) % modulus;
}
