import type { Provider } from "ethers";
import { IProofVerifier__factory } from "../../typechain/factories/interfaces/IProofVerifier__factory.ts";
import type { ProofRegistry } from "../../typechain/ProofRegistry.ts";
import { contractInterfaces } from "../chain/contracts.ts";
import { callChain } from "../chain/revert.ts";
import { ScrimshawError } from "../errors.ts";
import { digestOf, isVanilla, proofIdOf, submitterId } from "./proof.ts";
import type { SealedProof } from "./proof.ts";

export interface CheckSealsOptions {
  readonly proofs: readonly SealedProof[];
  readonly registry: ProofRegistry;
  readonly provider: Provider;
  /** Who will settle: the submitter that vanilla proofs must name. */
  readonly settler: string;
  readonly signal?: AbortSignal;
}

/** Questions asked of a node at a time. */
const AT_ONCE = 16;
const MAGIC = IProofVerifier__factory.createInterface().getFunction("verify").selector;

/**
 * Asks each proof's verifier, without a transaction, whether it accepts the seal as of now: settling checks none, and a proof that is settled
 * with a bad seal stays so.
 * @throws ScrimshawError `proofs.seal-refused` naming the first proof, `proofs.other-submitter`, `chain.unreachable`
 */
export async function checkSeals({ proofs, registry, provider, settler, signal }: CheckSealsOptions): Promise<void> {
  const read = { what: "verify the seal", interfaces: contractInterfaces() };
  const { chainId } = await callChain({ ...read, call: () => provider.getNetwork() });
  const newest = await callChain({ ...read, call: () => provider.getBlock("latest") });
  const domain = { chainId, proofRegistry: await registry.getAddress() };
  const now = BigInt(newest?.timestamp ?? 0);
  for (let first = 0; first < proofs.length; first += AT_ONCE) {
    signal?.throwIfAborted();
    const some = proofs.slice(first, first + AT_ONCE);
    await Promise.all(
      some.map((sealed) =>
        checkSeal({ ...sealed, provider, settler, digest: digestOf({ ...sealed, domain }), now, read }),
      ),
    );
  }
}

async function checkSeal({
  proof,
  seal,
  provider,
  settler,
  digest,
  now,
  read,
}: SealedProof & {
  readonly provider: Provider;
  readonly settler: string;
  readonly digest: string;
  readonly now: bigint;
  readonly read: Omit<Parameters<typeof callChain>[0], "call">;
}): Promise<void> {
  const { verifier, attesterId } = proof.evidence;
  const proofId = proofIdOf(proof);
  if (isVanilla(proof.evidence)) {
    if (attesterId === submitterId(settler)) return;
    throw new ScrimshawError({
      code: "proofs.other-submitter",
      expected: `the vanilla proof ${proofId} to name ${settler} as its submitter`,
      found: attesterId,
      next: "Settle from the account that the proof names (--from).",
    });
  }
  const contract = IProofVerifier__factory.connect(verifier, provider);
  let found: string;
  let next = "Leave this proof out, or have it made again.";
  try {
    const answer = await callChain({ ...read, call: () => contract.verify(digest, proof, now, seal) });
    if (answer === MAGIC) return;
    found = `the answer ${answer}`;
  } catch (error) {
    if (!(error instanceof ScrimshawError) || error.code === "chain.unreachable") throw error;
    found = error.found;
    next = error.next;
  }
  throw new ScrimshawError({
    code: "proofs.seal-refused",
    expected: `verifier ${verifier} to accept the seal of proof ${proofId}`,
    found,
    next,
  });
}
