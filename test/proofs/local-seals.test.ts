import { p256 } from "@noble/curves/nist.js";
import { secp256k1 } from "@noble/curves/secp256k1.js";
import { expect } from "chai";
import { Wallet, concat, getBytes, hexlify, id, keccak256, toBeHex } from "ethers";
import { constants, generateKeyPairSync, sign } from "node:crypto";
import { findAttester } from "../../src/attesters/records.ts";
import type { AttesterRecord } from "../../src/attesters/records.ts";
import { signerOfKey } from "../../src/attesters/signer-key.ts";
import { isScrimshawError } from "../../src/errors.ts";
import { askVerifier } from "../../src/proofs/ask-verifier.ts";
import { LocalSeals } from "../../src/proofs/audit/local-seals.ts";
import type { Proof } from "../../src/proofs/proof.ts";
import { ZERO_HASH } from "../../src/proofs/proof.ts";
import type { Hex } from "../../src/proofs/statement.ts";
import { ethers, networkHelpers } from "../contracts/support/chain.ts";
import { MAX_DELAY, attesterInput, deploy, now } from "../contracts/support/deployment.ts";
import { signersOfEveryKind } from "../contracts/support/signers.ts";
import type { TestSigner } from "../contracts/support/signers.ts";

const { loadFixture, time } = networkHelpers;
const OWNER = new Wallet(id("a wallet's owner"));
const digest = id("a digest") as Hex;

/** A key that signs with every length of salt, and whose contract takes no other encoding of it. */
function saltedRsa(rsaPss: string, saltLength: number): TestSigner {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const options = { key: privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength };
  return {
    kind: `an RSA key with a salt of ${saltLength}`,
    signer: signerOfKey({ key: publicKey, verifiers: { rsaPss } }),
    measured: false,
    sign: (hash) => hexlify(sign("sha256", getBytes(hash), options)),
  };
}

async function withSigners() {
  const deployment = await deploy();
  const wallet = await (await ethers.deployContract("SmartWallet", [OWNER.address])).getAddress();
  const ofWallet: TestSigner = {
    kind: "a contract wallet",
    signer: wallet,
    measured: false,
    sign: (hash) => OWNER.signingKey.sign(hash).serialized,
  };
  const rsaPss = await deployment.rsaPss.getAddress();
  const of = await signersOfEveryKind(deployment);
  const signers = [...of, ofWallet, ...[0, 222].map((length) => saltedRsa(rsaPss, length))];
  for (const { signer } of signers) await deployment.attesters.add(attesterInput(signer));
  return { ...deployment, signers };
}

type World = Awaited<ReturnType<typeof withSigners>>;

/** What a thief, a forger or a clumsy signer might hand in for `good`. */
function brokenSeals(good: string): readonly string[] {
  const bytes = getBytes(good);
  const flipped = [0, 31, 32, bytes.length - 2, bytes.length - 1].map((at) => {
    const bent = Uint8Array.from(bytes);
    bent[at]! ^= 1;
    return hexlify(bent);
  });
  const [r, s] = [hexlify(bytes.subarray(0, 32)), BigInt(hexlify(bytes.subarray(32, 64)))];
  const high = [secp256k1, p256].map((curve) =>
    toBeHex((((curve.Point.Fn.ORDER - s) % curve.Point.Fn.ORDER) + curve.Point.Fn.ORDER) % curve.Point.Fn.ORDER, 32),
  );
  const compact = hexlify(bytes.subarray(0, 64));
  const vs = [0, 1, 27, 28, 29, 255].map((v) => concat([compact, toBeHex(v, 1)]));
  const zero = `0x${"00".repeat(32)}`;
  return [
    ...[...flipped, ...vs, compact, "0x", "0x00", concat([good, "0x00"]), concat(["0x00", good])],
    ...high.flatMap((other) => [concat([r, other]), concat([r, other, "0x1b"]), concat([r, other, "0x1c"])]),
    ...[concat([zero, zero, "0x1b"]), concat([r, zero, "0x1b"]), concat([zero, r, "0x1c"]), concat([zero, zero])],
    ...[`0x${"ff".repeat(65)}`, `0x${"ff".repeat(64)}`, `0x${"ff".repeat(256)}`, `0x${"00".repeat(256)}`],
    hexlify(bytes.subarray(1)),
  ];
}

describe("LocalSeals", () => {
  let world: World;
  let seals: LocalSeals;
  before(async () => {
    world = await loadFixture(withSigners);
  });
  beforeEach(() => {
    seals = localSeals();
  });
  afterEach(() => seals.close());

  function localSeals(change: (record: AttesterRecord) => AttesterRecord = (record) => record): LocalSeals {
    const find = async (attesterId: Hex): Promise<AttesterRecord | undefined> => {
      const record = await findAttester(world.attesters, attesterId);
      return record && change(record);
    };
    return new LocalSeals({ provider: ethers.provider, attesterRegistry: world.attesters }, { find });
  }

  async function proofBy(attesterId: string, producedAt: bigint): Promise<Proof> {
    const [modelId, manifestHash, inputHash, outputHash, requestId] = ["a", "b", "c", "d", "e"].map(
      (it) => id(it) as Hex,
    );
    const hashes = { modelId: modelId!, manifestHash: manifestHash!, inputHash: inputHash!, outputHash: outputHash! };
    const verifier = (await world.verifier.getAddress()).toLowerCase() as Hex;
    return {
      statement: { ...hashes, modelVersion: 1, requestId: requestId!, producedAt },
      evidence: { verifier, attesterId: attesterId as Hex, blobId: ZERO_HASH, contentHash: id("f") as Hex, size: 1n },
    };
  }

  async function askChain(proof: Proof, seal: Hex, anchoredAt: bigint): Promise<boolean> {
    try {
      return (await askVerifier({ provider: ethers.provider, proof, seal, digest, anchoredAt })).accepted;
    } catch (error) {
      if (isScrimshawError(error) && error.code === "chain.reverted") return false;
      throw error;
    }
  }

  /** Both judge one seal; a wallet is left to the chain. */
  async function judge(
    signer: TestSigner,
    seal: string,
    times: { readonly producedAt: bigint; readonly anchoredAt: bigint },
  ) {
    const proof = await proofBy(keccak256(signer.signer), times.producedAt);
    const subject = { proof, seal: seal as Hex, anchoredAt: times.anchoredAt };
    return {
      local: await seals.holds(subject, digest),
      chain: await askChain(proof, seal as Hex, times.anchoredAt),
      isWallet: signer.kind === "a contract wallet",
    };
  }

  it("says of every kind of key's seal, and of every broken one, what the contract says, and leaves wallets to it", async () => {
    const at = { producedAt: await now(), anchoredAt: await now() };
    for (const signer of world.signers) {
      const good = signer.sign(digest);
      const others = world.signers.filter((one) => one !== signer).map((one) => one.sign(digest));
      let accepted = 0;
      for (const seal of [good, signer.sign(id("another digest")), ...brokenSeals(good), ...others]) {
        const { local, chain, isWallet } = await judge(signer, seal, at);
        expect(local, `${signer.kind}: ${seal}`).to.equal(isWallet ? undefined : chain);
        if (chain) accepted += 1;
      }
      expect(accepted, signer.kind).to.be.greaterThan(0);
    }
  });

  it("says at every border of the times what the contract says", async () => {
    for (const signer of world.signers.slice(0, 2)) {
      const good = signer.sign(digest);
      const { validFrom, validUntil } = (await findAttester(world.attesters, keccak256(signer.signer) as Hex))!;
      const seen = new Set<boolean>();
      for (const [producedAt, anchoredAt] of [
        [validFrom, validFrom],
        [validFrom - 1n, validFrom],
        [validFrom + 1n, validFrom],
        [validFrom, validFrom + MAX_DELAY],
        [validFrom, validFrom + MAX_DELAY + 1n],
        [validUntil - 1n, validUntil - 1n],
        [validUntil - 1n, validUntil],
        [validUntil - MAX_DELAY, validUntil],
      ] as const) {
        const { local, chain } = await judge(signer, good, { producedAt, anchoredAt });
        expect(local, `${producedAt - validFrom} ${anchoredAt - validFrom}`).to.equal(chain);
        seen.add(chain);
      }
      expect([...seen]).to.have.members([true, false]);
    }
  });

  it("judges by what is known today: of the revoked, of strangers, and of who names nobody", async () => {
    const snapshot = await networkHelpers.takeSnapshot();
    const [signer] = world.signers;
    const at = { producedAt: await now(), anchoredAt: await now() };
    expect(await judge(signer!, signer!.sign(digest), at)).to.include({ local: true, chain: true });
    await world.attesters.revoke(keccak256(signer!.signer), at.anchoredAt, "stolen");
    await time.increase(10n);
    await seals.close();
    seals = localSeals();
    expect(await judge(signer!, signer!.sign(digest), at)).to.include({ local: false, chain: false });
    await snapshot.restore();
    const stranger = { ...signer!, signer: Wallet.createRandom().address };
    expect(await judge(stranger, signer!.sign(digest), at)).to.include({ local: false, chain: false });
    const nobody = await proofBy(ZERO_HASH, at.producedAt);
    const subject = { proof: nobody, seal: signer!.sign(digest) as Hex, anchoredAt: at.anchoredAt };
    expect(await seals.holds(subject, digest)).to.equal(false);
  });

  it("leaves a verifier of other code, or of another registry, to itself", async () => {
    const [signer] = world.signers;
    const at = await now();
    const proof = await proofBy(keccak256(signer!.signer), at);
    const elsewhere = await ethers.deployContract("AttestedSignatureVerifier", [OWNER.address, MAX_DELAY]);
    const open = await ethers.deployContract("OpenVerifier");
    for (const contract of [elsewhere, open, world.proofs]) {
      const verifier = (await contract.getAddress()).toLowerCase() as Hex;
      const other = { ...proof, evidence: { ...proof.evidence, verifier } };
      const subject = { proof: other, seal: signer!.sign(digest) as Hex, anchoredAt: at };
      expect(await seals.holds(subject, digest)).to.equal(undefined);
    }
  });

  it("leaves a key behind another contract to that contract", async () => {
    const open = (await (await ethers.deployContract("OpenVerifier")).getAddress()).toLowerCase();
    const key = world.signers.find(({ kind }) => kind.includes("P-256"))!;
    const behind = `${open}${key.signer.slice(42)}` as Hex;
    await seals.close();
    seals = localSeals((record) => ({ ...record, signer: behind }));
    const at = await now();
    const proof = await proofBy(keccak256(key.signer), at);
    expect(await seals.holds({ proof, seal: key.sign(digest) as Hex, anchoredAt: at }, digest)).to.equal(undefined);
  });
});
