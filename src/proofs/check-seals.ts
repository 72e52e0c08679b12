import type { Provider } from "ethers";
import type { ProofRegistry } from "../../typechain/ProofRegistry.ts";
import { contractInterfaces } from "../chain/contracts.ts";
import { callChain } from "../chain/revert.ts";
import { isScrimshawError, ScrimshawError } from "../errors.ts";
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
 * @throws ScrimshawError `chain.unreachable`, `chain.request-failed` where the node answers nothing
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
  const ask = async (sealed: SealedProof): Promise<void> => {
    const digest = digestOf({ ...sealed, domain });
    const problem = await problemOf({ ...sealed, provider, settler, digest, now });
    if (problem !== undefined) refused.set(proofIdOf(sealed.proof), problem);
  };
  const unanswered: SealedProof[] = [];
  for (let first = 0; first < proofs.length; first += AT_ONCE) {
    signal?.throwIfAborted();
    await Promise.all(
      proofs.slice(first, first + AT_ONCE).map(async (sealed) => {
        try {
          await ask(sealed);
        } catch (error) {
          if (!isNoAnswer(error)) throw error;
          unanswered.push(sealed);
        }
      }),
    );
  }
  for (const sealed of unanswered) {
    signal?.throwIfAborted();
    try {
      await ask(sealed);
    } catch (error) {
      if (!isNoAnswer(error)) throw error;
      // A node that answers nothing else either says nothing of the proof; one that does has no answer about this proof alone.
      await callChain({ ...read, call: () => provider.getBlock("latest") });
      refused.set(proofIdOf(sealed.proof), sealRefused(sealed.proof, error));
    }
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
  if (isVanilla(proof.evidence)) return otherSubmitter(proof, settler);
  try {
    const { accepted, answer } = await askVerifier({ provider, proof, seal, digest, anchoredAt: now });
    if (accepted) return undefined;
    return sealRefused(proof, { found: `the answer ${answer}`, next: "Leave this proof out, or have it made again." });
  } catch (error) {
    if (!isScrimshawError(error) || error.code === "chain.unreachable" || isNoAnswer(error)) throw error;
    return sealRefused(proof, error);
  }
}

/** What a node says that is busy, limits requests, or cannot make this call: nothing about the seal. */
function isNoAnswer(error: unknown): error is ScrimshawError {
  return isScrimshawError(error) && error.code === "chain.request-failed";
}

function sealRefused(proof: Proof, { found, next }: Pick<ScrimshawError, "found" | "next">): ScrimshawError {
  return new ScrimshawError({
    code: "proofs.seal-refused",
    expected: `verifier ${proof.evidence.verifier} to accept the seal of proof ${proofIdOf(proof)}`,
    found,
    next,
  });
}
