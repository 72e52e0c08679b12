import { expect } from "chai";
import fc from "fast-check";
import { concat, dataLength, getBytes, hexlify, id, toBeHex, toBigInt } from "ethers";
import { network } from "hardhat";
import { ethers, networkHelpers } from "../support/chain.ts";
import { deploy } from "../support/deployment.ts";
import {
  encodePss,
  encodeRsaKey,
  opensslAccepts,
  pssPadding,
  rsaKey,
  rsaNumbers,
  rsaPower,
  sha256,
  signRsaPss,
  type Encoding,
} from "../support/signers.ts";

const { loadFixture } = networkHelpers;
const MAGIC = "0x024ad318";
const NO = "0xffffffff";
const MESSAGE = id("a digest");
const RUNS = process.env["SCRIMSHAW_CAMPAIGN"] === "1" ? 3000 : 60;

describe("RsaPssVerifier", () => {
  it("accepts what OpenSSL signed, with moduli of any size from 2048 to 4096 bits and any salt that fits", async () => {
    const { rsaPss } = await loadFixture(deploy);
    expect(MAGIC).to.equal(rsaPss.interface.getFunction("verify").selector);
    for (const name of ["2048", "2048-e3", "2049", "2050", "2055", "3072", "4095", "4096"] as const) {
      const key = rsaKey(name);
      const { e, n } = rsaNumbers(key);
      const most = Math.ceil((parseInt(name, 10) - 1) / 8) - 34;
      for (const saltLength of [0, 1, 20, 32, most - 1, most]) {
        const signature = signRsaPss(key, MESSAGE, saltLength);
        const what = `${name} bits, ${saltLength} bytes of salt`;
        expect(await rsaPss.verify(encodeRsaKey(e, n), MESSAGE, signature), what).to.equal(MAGIC);
        expect(await rsaPss.verify(encodeRsaKey(e, n), id("another digest"), signature), what).to.equal(NO);
      }
    }
  });

  it("hashes the 32 bytes as every message is, and takes them for no hash", async () => {
    const { rsaPss } = await loadFixture(deploy);
    const key = rsaKey("2048");
    const { e, n } = rsaNumbers(key);
    const salt = id("salt");
    const [hashed, taken] = [sha256(MESSAGE), MESSAGE].map((messageHash) =>
      rsaPower(key, encodePss(MESSAGE, 2048, { salt, messageHash })),
    );
    expect(await rsaPss.verify(encodeRsaKey(e, n), MESSAGE, hashed ?? "")).to.equal(MAGIC);
    expect(await rsaPss.verify(encodeRsaKey(e, n), MESSAGE, taken ?? "")).to.equal(NO);
  });

  it("refuses every encoding that is wrong in one part, as OpenSSL does", async () => {
    const { rsaPss } = await loadFixture(deploy);
    const salt = id("salt");
    for (const bits of [2048, 2049, 2055, 4096] as const) {
      const key = rsaKey(`${bits}`);
      const { e, n } = rsaNumbers(key);
      const room = Math.ceil((bits - 1) / 8) - 33;
      const changed = (index: number, value: number): Uint8Array => {
        const padding = pssPadding(room - 32);
        padding[(index + padding.length) % padding.length] = value;
        return padding;
      };
      const wrong: Record<string, Encoding> = {
        "another trailer": { salt, trailer: 0xcc },
        "no trailer": { salt, trailer: 0 },
        "a trailer with one bit flipped": { salt, trailer: 0xbd },
        "two before the salt": { salt, padding: changed(-1, 2) },
        "zero before the salt": { salt, padding: changed(-1, 0) },
        "0x81 before the salt": { salt, padding: changed(-1, 0x81) },
        "0x10 before the salt": { salt, padding: changed(-1, 0x10) },
        "two in the middle of the padding": { salt, padding: changed(100, 2) },
        "a two first": { salt, padding: changed(0, 2) },
        "nothing but zeros": { salt: "0x", padding: new Uint8Array(room) },
        "a prefix that is not zero": { salt, prefix: getBytes("0x0000000000000001") },
        "a short prefix": { salt, prefix: new Uint8Array(7) },
        "another hash": { salt, hash: sha256("0x5a17") },
        "a hash of another salt": { salt, hash: sha256(new Uint8Array(8), sha256(MESSAGE), id("another salt")) },
        "the hash of another message": { salt, messageHash: sha256(id("another digest")) },
      };
      expect(
        await rsaPss.verify(encodeRsaKey(e, n), MESSAGE, rsaPower(key, encodePss(MESSAGE, bits, { salt }))),
      ).to.equal(MAGIC);
      for (const [what, encoding] of Object.entries(wrong)) {
        const signature = rsaPower(key, encodePss(MESSAGE, bits, encoding));
        expect(opensslAccepts({ e, n }, MESSAGE, signature), `OpenSSL, ${bits}, ${what}`).to.equal(false);
        expect(await rsaPss.verify(encodeRsaKey(e, n), MESSAGE, signature), `${bits}, ${what}`).to.equal(NO);
      }
    }
  });

  it("looks for the one that ends the padding before the hash, and not in it", async () => {
    const { rsaPss } = await loadFixture(deploy);
    const key = rsaKey("2048");
    const { e, n } = rsaNumbers(key);
    const padding = new Uint8Array(223);
    // The mask goes on over the hash, whose first byte it makes a one for one message of 256.
    for (let message = MESSAGE; ; message = id(message)) {
      const hash = sha256(new Uint8Array(8), sha256(message));
      if (((hash[0] ?? 0) ^ (sha256(hash, "0x00000006")[31] ?? 0)) !== 1) continue;
      const signature = rsaPower(key, encodePss(message, 2048, { salt: "0x", padding }));
      expect(opensslAccepts({ e, n }, message, signature)).to.equal(false);
      expect(await rsaPss.verify(encodeRsaKey(e, n), message, signature)).to.equal(NO);
      break;
    }
  });

  it("refuses an encoding with the one bit set that a number below the modulus has more", async () => {
    const { rsaPss } = await loadFixture(deploy);
    for (const bits of [2048, 2049, 2050, 2055, 4095] as const) {
      const key = rsaKey(`${bits}`);
      const { e, n } = rsaNumbers(key);
      const highest = 1n << BigInt(bits - 1);
      let encoded = encodePss(MESSAGE, bits, { salt: "0x" });
      // One of few salts makes room for it.
      for (let salt = 0; toBigInt(encoded) + highest >= toBigInt(n); ++salt) {
        encoded = encodePss(MESSAGE, bits, { salt: id(`salt ${salt}`) });
      }
      const signature = rsaPower(key, getBytes(toBeHex(toBigInt(encoded) + highest, n.length)));
      expect(await rsaPss.verify(encodeRsaKey(e, n), MESSAGE, rsaPower(key, encoded)), `${bits} bits`).to.equal(MAGIC);
      expect(opensslAccepts({ e, n }, MESSAGE, signature), `OpenSSL, ${bits} bits`).to.equal(false);
      expect(await rsaPss.verify(encodeRsaKey(e, n), MESSAGE, signature), `${bits} bits`).to.equal(NO);
    }
  });

  it("finds the salt wherever it begins, at the edges of words too", async () => {
    const { rsaPss } = await loadFixture(deploy);
    for (const bits of [2048, 2049] as const) {
      const key = rsaKey(`${bits}`);
      const { e, n } = rsaNumbers(key);
      const most = Math.ceil((bits - 1) / 8) - 34;
      for (const length of [29, 30, 31, 32, 33, 61, 62, 63, 64, 65, 95, 96, 97, 190, most]) {
        const salt = getBytes(id("salt")).slice(0, 1);
        const long = concat(Array.from({ length }, () => salt));
        const signature = rsaPower(key, encodePss(MESSAGE, bits, { salt: long }));
        expect(await rsaPss.verify(encodeRsaKey(e, n), MESSAGE, signature), `${bits}, ${length}`).to.equal(MAGIC);
        // A salt of zeros and ones looks like padding, and is none.
        const alike = rsaPower(
          key,
          encodePss(MESSAGE, bits, { salt: concat(["0x0001", pssPadding(length)]).slice(0, 2 + 2 * length) }),
        );
        expect(await rsaPss.verify(encodeRsaKey(e, n), MESSAGE, alike), `alike, ${bits}, ${length}`).to.equal(MAGIC);
      }
    }
  });

  it("refuses a signature that is not below the modulus, or has another length", async () => {
    const { rsaPss } = await loadFixture(deploy);
    const key = rsaKey("2049");
    const { e, n } = rsaNumbers(key);
    const modulus = toBigInt(n);
    const good = signRsaPss(key, MESSAGE, 32);
    const word = (value: bigint): string => toBeHex(value, n.length);
    const same = [word(toBigInt(good) + modulus), word(toBigInt(good) + 2n * modulus)];
    const others = [word(0n), word(1n), word(modulus - 1n), word(modulus), word(modulus + 1n), hexlify(n)];
    const long = [concat(["0x00", good]), concat([good, "0x00"]), concat([`0x${"00".repeat(32)}`, good])];
    const short = [`0x${good.slice(4)}`, good.slice(0, -2), "0x", "0x00", toBeHex(toBigInt(good))];
    expect(await rsaPss.verify(encodeRsaKey(e, n), MESSAGE, good)).to.equal(MAGIC);
    for (const signature of [...same, ...others, ...long, ...short].filter((each) => each !== good)) {
      expect(await rsaPss.verify(encodeRsaKey(e, n), MESSAGE, signature), signature).to.equal(NO);
    }
  });

  it("agrees with OpenSSL when bits are flipped anywhere: in signature, message, modulus and exponent", async () => {
    const { rsaPss } = await loadFixture(deploy);
    const keys = (["2048", "2048-e3", "2049", "3072"] as const).map((name) => ({ name, key: rsaKey(name) }));
    let refused = 0;
    const where = fc.constantFrom("signature", "message", "n", "e", "nothing");
    const flip = (bytes: string, bit: number): string => {
      const flipped = getBytes(bytes);
      const index = Math.floor(bit / 8) % flipped.length;
      flipped[index] = (flipped[index] ?? 0) ^ (1 << (bit % 8));
      return hexlify(flipped);
    };
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.nat(100), where, fc.nat(), async (which, saltLength, part, bit) => {
        const { name, key } = keys[which % keys.length] ?? { name: "2048", key: rsaKey("2048") };
        const numbers = rsaNumbers(key);
        const parts = { message: id(name + String(bit)), n: hexlify(numbers.n), e: hexlify(numbers.e) };
        const all: Record<"message" | "n" | "e" | "signature", string> = {
          ...parts,
          signature: signRsaPss(key, parts.message, saltLength),
        };
        if (part !== "nothing") all[part] = flip(all[part], bit);
        const { n, e, message, signature } = all;
        const accepted = (await rsaPss.verify(encodeRsaKey(e, n), message, signature)) === MAGIC;
        expect(accepted).to.equal(opensslAccepts({ e, n }, message, signature));
        expect(accepted).to.equal(part === "nothing");
        if (!accepted) ++refused;
      }),
      { numRuns: RUNS },
    );
    expect(refused).to.be.greaterThan(RUNS / 2);
  });

  it("says no and never yes when gas runs out in the middle", async () => {
    const { rsaPss } = await loadFixture(deploy);
    const key = rsaKey("2048");
    const { e, n } = rsaNumbers(key);
    const [good, encoded] = [signRsaPss(key, MESSAGE, 32), encodeRsaKey(e, n)];
    const bad = signRsaPss(key, id("another digest"), 32);
    const call = { to: await rsaPss.getAddress() };
    const needed = Number(
      await ethers.provider.estimateGas({
        ...call,
        data: rsaPss.interface.encodeFunctionData("verify", [encoded, MESSAGE, good]),
      }),
    );
    let accepted = 0;
    for (let gasLimit = 33_000; gasLimit < needed + 20_000; gasLimit += 1500) {
      const answers = await Promise.all(
        [good, bad].map((signature) =>
          rsaPss.verify(encoded, MESSAGE, signature, { gasLimit }).catch(() => "out of gas"),
        ),
      );
      expect(answers[1], `${gasLimit} gas`).to.not.equal(MAGIC);
      if (answers[0] === MAGIC) ++accepted;
    }
    expect(accepted).to.be.greaterThan(0);
  });

  it("answers the same under the rules of chains that price the precompiled contract otherwise", async () => {
    const key = rsaKey("4096");
    const { e, n } = rsaNumbers(key);
    const signature = signRsaPss(key, MESSAGE, 32);
    for (const hardfork of ["cancun", "prague"]) {
      const elsewhere = await network.create({ override: { hardfork } });
      const rsaPss = await elsewhere.ethers.deployContract("RsaPssVerifier");
      expect(await rsaPss.verify(encodeRsaKey(e, n), MESSAGE, signature), hardfork).to.equal(MAGIC);
      expect(await rsaPss.verify(encodeRsaKey(e, n), id("another digest"), signature), hardfork).to.equal(NO);
      await elsewhere.close();
    }
  });

  it("tells its version", async () => {
    const { rsaPss } = await loadFixture(deploy);
    expect(await rsaPss.version()).to.equal("1.0.0");
    const { e, n } = rsaNumbers(rsaKey("4096"));
    expect(dataLength(encodeRsaKey(e, n)), "an attester's signer has room for it").to.be.at.most(1024 - 20);
  });
});
