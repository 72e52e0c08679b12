import { zeroPadBytes } from "ethers";
import type { Provider } from "ethers";
import { IProofVerifier__factory } from "../../typechain/factories/interfaces/IProofVerifier__factory.ts";
import { contractInterfaces } from "../chain/contracts.ts";
import { callChain } from "../chain/revert.ts";
import type { SealedProof } from "./proof.ts";
import type { Hex } from "./statement.ts";

export interface AskVerifierOptions extends SealedProof {
  readonly provider: Provider;
  readonly digest: Hex;
  /** Anchor time to judge by, in Unix seconds. */
  readonly anchoredAt: bigint;
}

/** What a verifier said. */
export interface VerifierAnswer {
  readonly accepted: boolean;
  /** The bytes that it answered, or how many if they are more than a word; `0x` where no contract is. */
  readonly answer: string;
}

const VERIFIER = IProofVerifier__factory.createInterface();
/** Exactly this: registries take neither a longer answer nor one with anything behind the four bytes. */
const YES = zeroPadBytes(VERIFIER.getFunction("verify").selector, 32);

/**
 * Asks the verifier of a proof about its seal, as a registry does.
 * @throws ScrimshawError `chain.reverted` if it refuses in words, and others of the room `chain`
 */
export async function askVerifier(options: AskVerifierOptions): Promise<VerifierAnswer> {
  const { provider, proof, seal, digest, anchoredAt } = options;
  const data = VERIFIER.encodeFunctionData("verify", [digest, proof, anchoredAt, seal]);
  const answer = await callChain({
    what: "verify the seal",
    call: () => provider.call({ to: proof.evidence.verifier, data }),
    interfaces: contractInterfaces(),
  });
  const shown = answer.length > YES.length ? `${(answer.length - 2) / 2} bytes` : answer;
  return { accepted: answer === YES, answer: shown };
}
