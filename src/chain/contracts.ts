import type { ContractRunner, Interface, Provider } from "ethers";
import type { AttesterRegistry } from "../../typechain/AttesterRegistry.ts";
import { AttesterRegistry__factory } from "../../typechain/factories/AttesterRegistry__factory.ts";
import { AvailabilityLens__factory } from "../../typechain/factories/lenses/AvailabilityLens__factory.ts";
import { ProofLens__factory } from "../../typechain/factories/lenses/ProofLens__factory.ts";
import { BlobAvailability__factory } from "../../typechain/factories/BlobAvailability__factory.ts";
import { ModelRegistry__factory } from "../../typechain/factories/ModelRegistry__factory.ts";
import { ProofRegistry__factory } from "../../typechain/factories/ProofRegistry__factory.ts";
import { P256Verifier__factory } from "../../typechain/factories/signers/P256Verifier__factory.ts";
import { RsaPssVerifier__factory } from "../../typechain/factories/signers/RsaPssVerifier__factory.ts";
import { WalrusCommittees__factory } from "../../typechain/factories/WalrusCommittees__factory.ts";
import { AttestedSignatureVerifier__factory } from "../../typechain/factories/verifiers/AttestedSignatureVerifier__factory.ts";
import { Groth16TensorVerifier__factory } from "../../typechain/factories/verifiers/Groth16TensorVerifier__factory.ts";
import type { BlobAvailability } from "../../typechain/BlobAvailability.ts";
import type { AvailabilityLens } from "../../typechain/lenses/AvailabilityLens.ts";
import type { ProofLens } from "../../typechain/lenses/ProofLens.ts";
import type { ModelRegistry } from "../../typechain/ModelRegistry.ts";
import type { ProofRegistry } from "../../typechain/ProofRegistry.ts";
import type { P256Verifier } from "../../typechain/signers/P256Verifier.ts";
import type { RsaPssVerifier } from "../../typechain/signers/RsaPssVerifier.ts";
import type { AttestedSignatureVerifier } from "../../typechain/verifiers/AttestedSignatureVerifier.ts";
import type { WalrusCommittees } from "../../typechain/WalrusCommittees.ts";
import { ScrimshawError } from "../errors.ts";
import type { ContractName } from "./deployments-file.ts";
import { callChain } from "./revert.ts";

/** The typed contracts by the names that deployments use. */
export interface Contracts {
  readonly modelRegistry: ModelRegistry;
  readonly proofRegistry: ProofRegistry;
  readonly attesterRegistry: AttesterRegistry;
  readonly attestedSignatureVerifier: AttestedSignatureVerifier;
  /** For ERC-7913 signers with a key on P-256. */
  readonly p256Verifier: P256Verifier;
  /** For ERC-7913 signers with an RSA key. */
  readonly rsaPssVerifier: RsaPssVerifier;
  readonly proofLens: ProofLens;
  readonly walrusCommittees: WalrusCommittees;
  readonly blobAvailability: BlobAvailability;
  readonly availabilityLens: AvailabilityLens;
}

interface Factory<T> {
  connect(address: string, runner?: ContractRunner | null): T;
  createInterface(): Interface;
}

const FACTORIES: { readonly [Name in ContractName]: Factory<Contracts[Name]> } = {
  modelRegistry: ModelRegistry__factory,
  proofRegistry: ProofRegistry__factory,
  attesterRegistry: AttesterRegistry__factory,
  attestedSignatureVerifier: AttestedSignatureVerifier__factory,
  p256Verifier: P256Verifier__factory,
  rsaPssVerifier: RsaPssVerifier__factory,
  proofLens: ProofLens__factory,
  walrusCommittees: WalrusCommittees__factory,
  blobAvailability: BlobAvailability__factory,
  availabilityLens: AvailabilityLens__factory,
};

/** Verifiers that are deployed one a circuit, so that no deployment names them. */
const FURTHER: readonly Factory<unknown>[] = [Groth16TensorVerifier__factory];

let interfaces: readonly Interface[] | undefined;

/** The interfaces of all contracts, to read their errors. Made once: to parse their ABIs takes longer than most calls. */
export function contractInterfaces(): readonly Interface[] {
  interfaces ??= [...Object.values(FACTORIES), ...FURTHER].map((factory: Factory<unknown>) =>
    factory.createInterface(),
  );
  return interfaces;
}

/**
 * The chain id that `provider` answers with.
 * @throws ScrimshawError `chain.wrong-chain` if `expected` is given and differs, `chain.unreachable`
 */
export async function checkChainId(options: {
  readonly provider: Provider;
  readonly expected?: bigint;
  /** Of the node, for the error: its host alone, since the rest of a URL may hold a key. */
  readonly url?: string | undefined;
}): Promise<bigint> {
  const { url = "" } = options;
  const where = URL.canParse(url) ? ` of ${new URL(url).origin}` : "";
  const { chainId } = await callChain({ what: `read the chain id${where}`, call: () => options.provider.getNetwork() });
  if (options.expected !== undefined && chainId !== options.expected) {
    throw new ScrimshawError({
      code: "chain.wrong-chain",
      expected: `the chain with id ${options.expected.toString()}`,
      found: `a node of the chain with id ${chainId.toString()}`,
      next: "Check the network's URL in hardhat.config.ts, or choose another network with --network.",
    });
  }
  return chainId;
}

export interface ConnectOptions<Name extends ContractName> {
  readonly name: Name;
  readonly address: string;
  readonly provider: Provider;
  /** Where the address was read, for the error; for example `deployments.json`. */
  readonly origin?: string;
}

/**
 * The typed contract `name` at `address`, for reading; `.connect(signer)` gives one that sends.
 * @throws ScrimshawError `chain.no-code` if nothing is deployed there, `chain.unreachable`
 */
export async function connectContract<Name extends ContractName>(
  options: ConnectOptions<Name>,
): Promise<Contracts[Name]> {
  const { name, address, provider, origin } = options;
  const code = await callChain({ what: `read the code at ${address}`, call: () => provider.getCode(address) });
  if (code === "0x") {
    throw new ScrimshawError({
      code: "chain.no-code",
      expected: `the contract ${name} at ${address}${origin === undefined ? "" : ` (from ${origin})`}`,
      found: "an address without code",
      next: "Check the network and the address; a local chain that was started again must be deployed to again.",
    });
  }
  return FACTORIES[name].connect(address, provider);
}
