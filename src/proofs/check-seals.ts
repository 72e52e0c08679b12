import type { Provider } from "ethers";
import type { ProofRegistry } from "../../typechain/ProofRegistry.ts";
import { contractInterfaces } from "../chain/contracts.ts";
import { callChain } from "../chain/revert.ts";
import { ScrimshawError } from "../errors.ts";
import { askVerifier } from "./ask-verifier.ts";
import { digestOf, isVanilla, proofIdOf, submitterId } from "./proof.ts";
import type { Proof, SealedProof } from "./proof.ts";
import type { Hex } from "./statement.ts";

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

/**
 * Asks each proof's verifier, without a transaction, whether it accepts the seal as of now: settling checks none, and a proof that is settled
 * with a bad seal stays so.
 * @returns why, for each proof that is not to be settled: `proofs.seal-refused` or `proofs.other-submitter`
 * @throws ScrimshawError `chain.unreachable`
 */
export async function findRefusedSeals({
  proofs,
  registry,
  provider,
  settler,
  signal,
}: CheckSealsOptions): Promise<ReadonlyMap<Hex, ScrimshawError>> {
  const read = { what: "verify the seal", interfaces: contractInterfaces() };
  const { chainId } = await callChain({ ...read, call: () => provider.getNetwork() });
  const newest = await callChain({ ...read, call: () => provider.getBlock("latest") });
  const domain = { chainId, proofRegistry: await registry.getAddress() };
  const now = BigInt(newest?.timestamp ?? 0);
  const refused = new Map<Hex, ScrimshawError>();
  for (let first = 0; first < proofs.length; first += AT_ONCE) {
    signal?.throwIfAborted();
    await Promise.all(
      proofs.slice(first, first + AT_ONCE).map(async (sealed) => {
        const problem = await problemOf({
          ...sealed,
          provider,
          settler,
          digest: digestOf({ ...sealed, domain }),
          now,
        });
        if (problem !== undefined) refused.set(proofIdOf(sealed.proof), problem);
      }),
    );
  }
  return refused;
}

/**
 * The same for proofs that are all to be settled.
 * @throws ScrimshawError `proofs.seal-refused` naming one proof, `proofs.other-submitter`, `chain.unreachable`
 */
export async function checkSeals(options: CheckSealsOptions): Promise<void> {
  const [problem] = (await findRefusedSeals(options)).values();
  if (problem !== undefined) throw problem;
}

/** Registries take a vanilla proof from the account alone that it names as its submitter. */
function otherSubmitter(proof: Proof, settler: string): ScrimshawError | undefined {
  const { attesterId } = proof.evidence;
  if (attesterId === submitterId(settler)) return undefined;
  return new ScrimshawError({
    code: "proofs.other-submitter",
    expected: `the vanilla proof ${proofIdOf(proof)} to name ${settler} as its submitter`,
    found: attesterId,
    next: "Settle from the account that the proof names (--from).",
  });
}

/**
 * Checks that a proof, if it is vanilla, names `settler` as its submitter.
 * @throws ScrimshawError `proofs.other-submitter`
 */
export function requireOwnVanilla({ proof }: SealedProof, settler: string): void {
  const problem = isVanilla(proof.evidence) ? otherSubmitter(proof, settler) : undefined;
  if (problem !== undefined) throw problem;
}

async function problemOf({
  proof,
  seal,
  provider,
  settler,
  digest,
  now,
}: SealedProof & {
  readonly provider: Provider;
  readonly settler: string;
  readonly digest: Hex;
  readonly now: bigint;
}): Promise<ScrimshawError | undefined> {
  const { verifier } = proof.evidence;
  if (isVanilla(proof.evidence)) return otherSubmitter(proof, settler);
  let found: string;
  let next = "Leave this proof out, or have it made again.";
  try {
    const { accepted, answer } = await askVerifier({ provider, proof, seal, digest, anchoredAt: now });
    if (accepted) return undefined;
    found = `the answer ${answer}`;
  } catch (error) {
    if (!(error instanceof ScrimshawError) || error.code === "chain.unreachable") throw error;
    found = error.found;
    next = error.next;
  }
  return new ScrimshawError({
    code: "proofs.seal-refused",
    expected: `verifier ${verifier} to accept the seal of proof ${proofIdOf(proof)}`,
    found,
    next,
  });
}
