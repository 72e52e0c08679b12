import { expect } from "chai";
import { concat, dataSlice, id, toBeHex, ZeroHash } from "ethers";
import { ethers, networkHelpers } from "../support/chain.ts";
import { deploy, MAX_DELAY, now } from "../support/deployment.ts";
import { encodePoints, FIELD, g1, g2, g2OutsideGroup, halves, ORDER, TrapdoorKey } from "../support/groth16.ts";
import type { G1Point, VerifyingKey } from "../support/groth16.ts";
import { plain } from "../support/plain.ts";
import { proofIdOf, statementOf, type Proof } from "../support/proofs.ts";

const { loadFixture } = networkHelpers;
const trapdoor = new TrapdoorKey(6);
const { modelId, modelVersion, manifestHash } = statementOf("circuit");
const VERSION = { modelId, modelVersion, manifestHash };
const OUTSIDE = g2OutsideGroup();

async function world() {
  const deployment = await deploy();
  const groth16 = await ethers.deployContract("Groth16HashVerifier", [VERSION, MAX_DELAY, trapdoor.key]);
  const proof: Proof = {
    statement: statementOf("circuit", { producedAt: await now() }),
    evidence: {
      verifier: await groth16.getAddress(),
      attesterId: ZeroHash,
      blobId: id("blob"),
      contentHash: id("content"),
      size: 1_234n,
    },
  };
  const digest = await deployment.proofs.digestOf(proof);
  return { ...deployment, groth16, proof, digest, points: trapdoor.prove(inputsOf(digest, proof)) };
}

function inputsOf(digest: string, { statement }: Proof): bigint[] {
  return [digest, statement.inputHash, statement.outputHash].flatMap(halves);
}

const negated = ({ x, y }: G1Point): G1Point => ({ x, y: FIELD - y });

describe("Groth16Verifier", () => {
  it("accepts what was proven, and the registry records it without an attester, whoever sends it", async () => {
    const { proofs, groth16, proof, digest, points, accounts } = await loadFixture(world);
    const seal = encodePoints(points);
    expect(await groth16.verify(digest, proof, await now(), seal)).to.equal(
      groth16.interface.getFunction("verify").selector,
    );
    await proofs.connect(accounts.stranger).record(proof, seal);
    const record = await proofs.proofOf(proofIdOf(proof));
    expect(record.verifier).to.equal(await groth16.getAddress());
    expect(record.attesterId).to.equal(ZeroHash);
  });

  it("accepts a proof that somebody made into another, which is still the same proof to the registry", async () => {
    const { proofs, groth16, proof, digest, points } = await loadFixture(world);
    const other = trapdoor.prove(inputsOf(digest, proof), 5n, 7n);
    const { x, y } = points.b;
    const opposite = { ...points, a: negated(points.a), b: { x, y: [FIELD - y[0], FIELD - y[1]] as [bigint, bigint] } };
    for (const again of [other, opposite]) {
      await groth16.verify(digest, proof, await now(), encodePoints(again));
    }
    await proofs.record(proof, encodePoints(opposite));
    for (const again of [points, other, opposite]) {
      await expect(proofs.record(proof, encodePoints(again)))
        .to.be.revertedWithCustomError(proofs, "ProofRegistryAlreadyRecorded")
        .withArgs(proofIdOf(proof));
    }
  });

  it("refuses points that are negated, exchanged or another one's", async () => {
    const { groth16, proof, digest, points } = await loadFixture(world);
    const { x, y } = points.b;
    const other = trapdoor.prove(inputsOf(digest, proof), 5n, 7n);
    for (const wrong of [
      { ...points, a: negated(points.a) },
      { ...points, b: { x, y: [FIELD - y[0], FIELD - y[1]] as [bigint, bigint] } },
      { ...points, c: negated(points.c) },
      { ...points, a: points.c, c: points.a },
      { ...points, c: other.c },
      { ...points, a: g1(0n) },
      { ...points, b: g2(0n) },
      { ...points, c: g1(0n) },
      { a: g1(0n), b: g2(0n), c: g1(0n) },
    ]) {
      await expect(groth16.verify(digest, proof, await now(), encodePoints(wrong)))
        .to.be.revertedWithCustomError(groth16, "Groth16VerifierInvalidProof")
        .withArgs(digest);
    }
  });

  it("refuses what is no point of its group, whatever the rest is", async () => {
    const { groth16, proof, digest, points } = await loadFixture(world);
    const { a, b, c } = points;
    for (const wrong of [
      { ...points, a: { x: a.x, y: (a.y + 1n) % FIELD } },
      { ...points, c: { x: 0n, y: 1n } },
      { ...points, c: { x: c.y, y: c.x } },
      { ...points, b: { x: b.y, y: b.x } },
      // With the real part first, as other encodings have it.
      { ...points, b: { x: [b.x[1], b.x[0]] as [bigint, bigint], y: [b.y[1], b.y[0]] as [bigint, bigint] } },
      { ...points, b: OUTSIDE },
    ]) {
      await expect(groth16.verify(digest, proof, await now(), encodePoints(wrong)))
        .to.be.revertedWithCustomError(groth16, "Groth16VerifierNotPoints")
        .withArgs(digest);
    }
  });

  it("refuses coordinates that stand for others, each of the eight", async () => {
    const { groth16, proof, digest, points } = await loadFixture(world);
    const seal = encodePoints(points);
    for (let index = 0; index < 8; index++) {
      const coordinate = BigInt(dataSlice(seal, 32 * index, 32 * index + 32));
      for (const large of [coordinate + FIELD, FIELD, 2n ** 256n - 1n]) {
        const changed = concat([dataSlice(seal, 0, 32 * index), toBeHex(large, 32), dataSlice(seal, 32 * index + 32)]);
        await expect(groth16.verify(digest, proof, await now(), changed))
          .to.be.revertedWithCustomError(groth16, "Groth16VerifierCoordinateTooLarge")
          .withArgs(index, large);
      }
    }
  });

  it("refuses public inputs that stand for others", async () => {
    const { proof, digest } = await loadFixture(world);
    const key = new TrapdoorKey(3);
    const deployed = await ethers.deployContract("RawInputVerifier", [VERSION, MAX_DELAY, key.key, 1]);
    const raw = await ethers.getContractAt("IGroth16Verifier", await deployed.getAddress());
    const points = encodePoints(key.prove([...halves(digest), 5n]));
    const seal = (input: bigint): string => concat([points, toBeHex(input, 32)]);
    await raw.verify(digest, proof, await now(), seal(5n));
    for (const input of [5n + ORDER, ORDER, 2n ** 256n - 1n]) {
      await expect(raw.verify(digest, proof, await now(), seal(input)))
        .to.be.revertedWithCustomError(raw, "Groth16VerifierInputTooLarge")
        .withArgs(2, input);
    }
  });

  it("refuses seals of any other length", async () => {
    const { groth16, proof, digest, points } = await loadFixture(world);
    const seal = encodePoints(points);
    for (const wrong of ["0x", dataSlice(seal, 0, 255), concat([seal, "0x00"]), concat([seal, seal])]) {
      await expect(groth16.verify(digest, proof, await now(), wrong))
        .to.be.revertedWithCustomError(groth16, "Groth16VerifierSealLength")
        .withArgs((wrong.length - 2) / 2, 256);
    }
  });

  it("refuses another model, version or manifest, and a proof that names an attester", async () => {
    const { groth16, proof, digest, points, attesterId } = await loadFixture(world);
    const seal = encodePoints(points);
    for (const other of [{ modelId: id("other") }, { modelVersion: 8n }, { manifestHash: id("other") }]) {
      const found = { ...VERSION, ...other };
      await expect(groth16.verify(digest, { ...proof, statement: { ...proof.statement, ...other } }, await now(), seal))
        .to.be.revertedWithCustomError(groth16, "Groth16VerifierOtherModelVersion")
        .withArgs(Object.values(found), Object.values(VERSION));
    }
    await expect(groth16.verify(digest, { ...proof, evidence: { ...proof.evidence, attesterId } }, await now(), seal))
      .to.be.revertedWithCustomError(groth16, "Groth16VerifierAttesterNamed")
      .withArgs(attesterId);
  });

  it("says what is wrong with the times, and by how much", async () => {
    const { groth16, proof, digest, points } = await loadFixture(world);
    const { producedAt } = proof.statement;
    const seal = encodePoints(points);
    await groth16.verify(digest, proof, producedAt + MAX_DELAY, seal);
    await expect(groth16.verify(digest, proof, producedAt - 1n, seal))
      .to.be.revertedWithCustomError(groth16, "Groth16VerifierProducedLater")
      .withArgs(producedAt, producedAt - 1n);
    await expect(groth16.verify(digest, proof, producedAt + MAX_DELAY + 1n, seal))
      .to.be.revertedWithCustomError(groth16, "Groth16VerifierTooLate")
      .withArgs(producedAt, producedAt + MAX_DELAY + 1n, MAX_DELAY);
  });

  it("has no withdrawals: whoever has the seal could make one", async () => {
    const { proofs, proof, points } = await loadFixture(world);
    await proofs.record(proof, encodePoints(points));
    await expect(proofs.withdrawWithSeal(proof, encodePoints(points))).to.be.revertedWithCustomError(
      proofs,
      "ProofRegistryVerifierReverted",
    );
  });

  it("is accepted by a policy that names no attesters, and by none that does", async () => {
    const { proofs, lens, groth16, proof, points, attesters, attesterId } = await loadFixture(world);
    await proofs.record(proof, encodePoints(points));
    const policy = {
      verifier: await groth16.getAddress(),
      attesters: ZeroHash.slice(0, 42),
      attesterIds: [],
      manifestHash: ZeroHash,
      maxAge: 0n,
    };
    await lens.requireStatement(proof.statement, proofIdOf(proof), policy);
    const asking = { ...policy, attesters: await attesters.getAddress() };
    await expect(lens.requireVerified(proofIdOf(proof), asking)).to.be.revertedWithCustomError(
      lens,
      "ProofLensAttesterNotValid",
    );
    await expect(
      lens.requireVerified(proofIdOf(proof), { ...policy, attesterIds: [attesterId] }),
    ).to.be.revertedWithCustomError(lens, "ProofLensOtherAttester");
  });

  it("spends a bounded amount of gas on points that are none, however much it is given", async () => {
    const { groth16, proof, digest, points } = await loadFixture(world);
    const seal = encodePoints({ ...points, b: OUTSIDE });
    const call = {
      to: await groth16.getAddress(),
      data: groth16.interface.encodeFunctionData("verify", [digest, proof, await now(), seal]),
      gas: "0xe00000",
    };
    const options = { disableMemory: true, disableStack: true, disableStorage: true };
    const trace: unknown = await ethers.provider.send("debug_traceCall", [call, "latest", options]);
    const { failed, gas } = trace as { failed: boolean; gas: number };
    expect(failed).to.equal(true);
    expect(gas).to.be.within(724_000, 900_000);
  });

  it("tells what it is, and its key", async () => {
    const { groth16 } = await loadFixture(world);
    expect(await groth16.proofSystem()).to.equal("groth16-bn254");
    expect(await groth16.version()).to.equal("1.0.0");
    expect(await groth16.maxDelay()).to.equal(MAX_DELAY);
    expect(plain(await groth16.modelVersion())).to.deep.equal(VERSION);
    const words = ({ x, y }: { x: bigint | bigint[]; y: bigint | bigint[] }) => [x, y];
    const { alpha, beta, gamma, delta, ic } = await groth16.verifyingKey();
    const { key } = trapdoor;
    for (const [found, expected] of [
      [alpha, key.alpha],
      [beta, key.beta],
      [gamma, key.gamma],
      [delta, key.delta],
    ] as const) {
      expect(plain(found)).to.deep.equal(expected);
    }
    expect(ic.map(words)).to.deep.equal(key.ic.map(words));
  });
});

describe("A verifying key of Groth16Verifier", () => {
  const { key } = trapdoor;
  const refused = async (changed: Partial<VerifyingKey>, error: string, ...args: number[]): Promise<void> => {
    const { groth16 } = await loadFixture(world);
    const deployment = ethers.deployContract("Groth16HashVerifier", [VERSION, MAX_DELAY, { ...key, ...changed }]);
    await expect(deployment)
      .to.be.revertedWithCustomError(groth16, `Groth16VerifierKey${error}`)
      .withArgs(...args);
  };
  const withIc = (index: number, point: G1Point): Partial<VerifyingKey> => ({ ic: key.ic.with(index, point) });

  it("is refused with another number of inputs", async () => {
    await refused({ ic: [] }, "Length", 0, 7);
    await refused({ ic: key.ic.slice(1) }, "Length", 6, 7);
    await refused({ ic: [...key.ic, g1(3n)] }, "Length", 8, 7);
  });

  it("is refused with an identity, which would take part in no proof", async () => {
    await refused({ alpha: g1(0n) }, "Point", 0);
    await refused({ beta: g2(0n) }, "Point", 1);
    await refused({ gamma: g2(0n) }, "Point", 2);
    await refused({ delta: g2(0n) }, "Point", 3);
    for (let index = 0; index < 7; index++) await refused(withIc(index, g1(0n)), "Point", 4 + index);
  });

  it("is refused with what is no point, or one of the curve outside the group, or not canonical", async () => {
    const { alpha, beta, ic } = key;
    await refused({ alpha: { ...alpha, y: alpha.y + 1n } }, "Point", 0);
    await refused({ alpha: { ...alpha, x: alpha.x + FIELD } }, "Point", 0);
    await refused({ alpha: { ...alpha, y: alpha.y + FIELD } }, "Point", 0);
    await refused(withIc(6, { ...ic[6]!, x: ic[6]!.x + 1n }), "Point", 10);
    await refused({ beta: { ...beta, y: beta.x } }, "Point", 1);
    await refused({ gamma: OUTSIDE }, "Point", 2);
    await refused({ delta: OUTSIDE }, "Point", 3);
    await refused({ beta: { ...beta, x: [beta.x[0] + FIELD, beta.x[1]] } }, "Point", 1);
    await refused({ beta: { ...beta, y: [beta.y[0], beta.y[1] + FIELD] } }, "Point", 1);
  });

  it("is refused when gamma is beta or delta or its opposite: then everybody could prove everything", async () => {
    const { beta, gamma, delta } = key;
    const opposite = ({ x, y: [im, re] }: typeof gamma): typeof gamma => ({ x, y: [FIELD - im, FIELD - re] });
    await refused({ delta: gamma }, "Related", 2, 3);
    await refused({ delta: opposite(gamma) }, "Related", 2, 3);
    await refused({ gamma: opposite(delta) }, "Related", 2, 3);
    await refused({ beta: gamma }, "Related", 1, 2);
    await refused({ gamma: opposite(beta) }, "Related", 1, 2);
  });

  it("is refused when two inputs have one point: they could be exchanged for each other", async () => {
    const { ic } = key;
    await refused(withIc(2, ic[1]!), "Related", 5, 6);
    await refused(withIc(6, negated(ic[0]!)), "Related", 4, 10);
  });
});
