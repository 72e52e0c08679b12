import { expect } from "chai";
import { AbiCoder, concat, keccak256, ZeroHash, zeroPadBytes } from "ethers";
import { blockOf } from "../support/attesters.ts";
import { ethers, networkHelpers } from "../support/chain.ts";
import { attesterInput, deploy, now, type Deployment } from "../support/deployment.ts";
import { attestedProof, proofIdOf, signProof } from "../support/proofs.ts";
import { reasonIs } from "../support/reasons.ts";

const { loadFixture } = networkHelpers;
const SEAL = "0x5ea1";
const DIGEST = keccak256("0xd16e57");
/** What says yes: of ERC-1271 from a wallet, of ERC-7913 from the contract that a key's signer begins with. */
const KINDS = [
  { kind: "wallet", magic: "0x1626ba7e", other: "0x024ad318", suffix: "0x" },
  { kind: "key's contract", magic: "0x024ad318", other: "0x1626ba7e", suffix: "0xc0ffee" },
] as const;

describe("A hostile contract behind a signer", () => {
  it("is believed for exactly one word, the magic value", async () => {
    const deployment = await loadFixture(deploy);
    const { verifier } = deployment;
    for (const { kind, magic, other, suffix } of KINDS) {
      const word = zeroPadBytes(magic, 32);
      const answers: [answer: string, length: number, accepted: boolean][] = [
        [word, 32, true],
        ["0x", 0, false],
        [magic, 4, false],
        [word, 31, false],
        [word, 33, false],
        [word, 64, false],
        [concat([magic, `0x${"ff".repeat(28)}`]), 32, false],
        [AbiCoder.defaultAbiCoder().encode(["bool"], [true]), 32, false],
        [zeroPadBytes(other, 32), 32, false],
        [ZeroHash, 32, false],
        [`0x${"ff".repeat(32)}`, 32, false],
      ];
      for (const [answer, length, accepted] of answers) {
        const { address, attesterId } = await admit(deployment, await scripted(answer, length, false), suffix);
        const asked = verifier.verify(DIGEST, await attestedProof({ verifier, attesterId }), await now(), SEAL);
        if (accepted) await asked;
        else {
          await expect(asked, `${kind}, ${answer}, ${length}`)
            .to.be.revertedWithCustomError(verifier, "AttestedSignatureVerifierSignerRefused")
            .withArgs(attesterId, address, DIGEST);
        }
      }
    }
  });

  it("is refused when it reverts, with whatever reason, the magic value too", async () => {
    const deployment = await loadFixture(deploy);
    const { verifier } = deployment;
    for (const { magic, suffix } of KINDS) {
      for (const [reason, length] of [
        ["0x", 0],
        [magic, 32],
        ["0xabcdef", 4096],
      ] as const) {
        const { address, attesterId } = await admit(deployment, await scripted(reason, length, true), suffix);
        await expect(verifier.verify(DIGEST, await attestedProof({ verifier, attesterId }), await now(), SEAL))
          .to.be.revertedWithCustomError(verifier, "AttestedSignatureVerifierSignerRefused")
          .withArgs(attesterId, address, DIGEST);
      }
    }
  });

  it("cannot make anyone pay for a bomb of an answer or a reason", async () => {
    const deployment = await loadFixture(deploy);
    const { proofs, verifier, attesters } = deployment;
    // To make two million bytes costs it 8.6 million gas; to copy them would cost its callers as much again.
    const [length, gasLimit] = [2_000_000, 12_000_000n];
    for (const { magic, suffix } of KINDS) {
      for (const reverts of [false, true]) {
        const { attesterId } = await admit(deployment, await scripted(magic, length, reverts), suffix);
        const proof = await attestedProof({ verifier, attesterId });
        await expect(proofs.record.staticCall(proof, SEAL, { gasLimit }))
          .to.be.revertedWithCustomError(proofs, "ProofRegistryVerifierReverted")
          .withArgs(
            verifier,
            await proofs.digestOf(proof),
            reasonIs(verifier, "AttestedSignatureVerifierSignerRefused"),
          );
        const blockNumber = (await blockOf()).blockNumber - 1n;
        await expect(
          attesters.proveLife.staticCall(attesterId, blockNumber, SEAL, { gasLimit }),
        ).to.be.revertedWithCustomError(attesters, "AttesterRegistryInvalidSignature");
      }
    }
  });

  it("burns the gas of whoever brings its seals, and hinders no other attester", async () => {
    const deployment = await loadFixture(deploy);
    const { proofs, attesters, verifier, attester } = deployment;
    for (const { suffix } of KINDS) {
      const burning = await (await ethers.deployContract("BurningVerifier")).getAddress();
      const { attesterId } = await admit(deployment, burning, suffix);
      const proof = await attestedProof({ verifier, attesterId });
      await expect(proofs.record.staticCall(proof, SEAL, { gasLimit: 2_000_000n })).to.be.revertedWithCustomError(
        proofs,
        "ProofRegistryVerifierReverted",
      );
      const blockNumber = (await blockOf()).blockNumber - 1n;
      await expect(
        attesters.proveLife.staticCall(attesterId, blockNumber, SEAL, { gasLimit: 2_000_000n }),
      ).to.be.revertedWithCustomError(attesters, "AttesterRegistryInvalidSignature");
      const honest = await attestedProof(deployment, `beside ${suffix}`);
      await proofs.record(honest, await signProof(proofs, attester, honest));
      await attesters.revoke(attesterId, 0n, "it burns gas");
      expect(await attesters.wasValid(attesterId, await now())).to.equal(false);
    }
  });

  it("cannot change anything while it is asked, and gains nothing by trying", async () => {
    const deployment = await loadFixture(deploy);
    const { proofs, attesters, verifier, attester, attesterId: honestId, authority } = deployment;
    const honest = await attestedProof(deployment, "somebody else's");
    const honestSeal = await signProof(proofs, attester, honest);
    for (const { magic, suffix } of KINDS) {
      for (const insists of [false, true]) {
        const mock = await ethers.deployContract("ReenteringVerifier", [magic, insists]);
        const { attesterId } = await admit(deployment, await mock.getAddress(), suffix);
        // It may even decide over attesters, and yet not from within a question.
        await authority.getFunction("grantRole")(0n, mock, 0n);
        const attempts: [target: string, data: string][] = [
          [await proofs.getAddress(), proofs.interface.encodeFunctionData("record", [honest, honestSeal])],
          [await attesters.getAddress(), attesters.interface.encodeFunctionData("revoke", [honestId, 0n, "gone"])],
        ];
        for (const [index, [target, data]] of attempts.entries()) {
          await mock.getFunction("prepareCall")(target, data);
          const proof = await attestedProof({ verifier, attesterId }, `${index} ${suffix} ${String(insists)}`);
          const recorded = proofs.record(proof, SEAL);
          if (insists) {
            await expect(recorded).to.be.revertedWithCustomError(proofs, "ProofRegistryVerifierReverted");
          } else await recorded;
          expect(await proofs.exists(proofIdOf(honest))).to.equal(false);
          expect((await attesters.attesterOf(honestId)).revoked).to.equal(false);
        }
      }
    }
  });

  it("cannot be an account without code or a precompiled contract, nor become one unnoticed", async () => {
    const deployment = await loadFixture(deploy);
    const { attesters, verifier } = deployment;
    for (const address of [`0x${"a5".repeat(20)}`, `0x${"4".padStart(40, "0")}`, `0x${"100".padStart(40, "0")}`]) {
      await expect(attesters.add(attesterInput(concat([address, "0xc0ffee"]))))
        .to.be.revertedWithCustomError(attesters, "AttesterRegistrySignerWithoutCode")
        .withArgs((found: string) => found.toLowerCase() === address);
    }
    for (const { magic, suffix } of KINDS) {
      const { address, attesterId } = await admit(deployment, await scripted(magic, 32, false), suffix);
      await networkHelpers.setCode(address, "0x");
      await expect(verifier.verify(DIGEST, await attestedProof({ verifier, attesterId }), await now(), SEAL))
        .to.be.revertedWithCustomError(verifier, "AttestedSignatureVerifierSignerRefused")
        .withArgs(attesterId, address, DIGEST);
    }
  });

  it("cannot rotate in a key that nobody holds where possession is asked for", async () => {
    const deployment = await loadFixture(deploy);
    const { attesters, attesterId } = deployment;
    for (const { suffix } of KINDS) {
      for (const mock of [await scripted(ZeroHash, 32, false), await scripted("0x", 2_000_000, true)]) {
        const signer = concat([mock, suffix]);
        await expect(
          attesters.rotate.staticCall(attesterId, attesterInput(signer), 0n, SEAL, { gasLimit: 12_000_000n }),
        ).to.be.revertedWithCustomError(attesters, "AttesterRegistryInvalidSignature");
      }
    }
  });
});

async function scripted(answer: string, length: number, reverts: boolean): Promise<string> {
  return await (await ethers.deployContract("ScriptedVerifier", [answer, length, reverts])).getAddress();
}

async function admit(
  { attesters }: Deployment,
  address: string,
  suffix: string,
): Promise<{ address: string; attesterId: string }> {
  const signer = concat([address, suffix]);
  await attesters.add(attesterInput(signer));
  return { address, attesterId: keccak256(signer) };
}
