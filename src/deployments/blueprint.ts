import accessManager from "@openzeppelin/contracts/build/contracts/AccessManager.json" with { type: "json" };
import { concat, Interface, type JsonFragment } from "ethers";
import { AttesterRegistry__factory } from "../../typechain/factories/AttesterRegistry__factory.ts";
import { BlobAvailability__factory } from "../../typechain/factories/BlobAvailability__factory.ts";
import { AvailabilityLens__factory } from "../../typechain/factories/lenses/AvailabilityLens__factory.ts";
import { ProofLens__factory } from "../../typechain/factories/lenses/ProofLens__factory.ts";
import { ModelRegistry__factory } from "../../typechain/factories/ModelRegistry__factory.ts";
import { ProofRegistry__factory } from "../../typechain/factories/ProofRegistry__factory.ts";
import { P256Verifier__factory } from "../../typechain/factories/signers/P256Verifier__factory.ts";
import { RsaPssVerifier__factory } from "../../typechain/factories/signers/RsaPssVerifier__factory.ts";
import { AttestedSignatureVerifier__factory } from "../../typechain/factories/verifiers/AttestedSignatureVerifier__factory.ts";
import { WalrusCommittees__factory } from "../../typechain/factories/WalrusCommittees__factory.ts";
import type { DeployedName } from "../chain/deployments-file.ts";
import type { Hex } from "../chain/sign-digest.ts";
import { create2Address } from "./create-x.ts";

export interface DeploymentParameters {
  /** Decides who may attest; a multisig in earnest. */
  readonly admin: string;
  /** Seconds between an inference and its anchor that the signature verifier allows. */
  readonly maxDelay: bigint;
}

/** A day. */
export const DEFAULT_MAX_DELAY = 86_400n;

/** A contract of the whole, ready to be created. */
export interface Blueprint {
  readonly name: DeployedName;
  /** As verifiers of sources and Hardhat name it: `<source>:<contract>`. */
  readonly contract: string;
  readonly arguments: readonly string[];
  readonly initCode: Hex;
  /** By CREATE2, the same on every chain for the same arguments. */
  readonly address: Hex;
}

interface Plan {
  readonly contract: string;
  readonly factory: { readonly abi: readonly (JsonFragment | object)[]; readonly bytecode: string };
  /** Contracts whose addresses the constructor takes, before the parameters. */
  readonly needs?: readonly DeployedName[];
  readonly parameters?: (parameters: DeploymentParameters) => readonly string[];
}

/** In an order in which each contract comes after what it needs. */
const PLANS: Readonly<Record<DeployedName, Plan>> = {
  modelRegistry: { contract: "contracts/ModelRegistry.sol:ModelRegistry", factory: ModelRegistry__factory },
  proofRegistry: { contract: "contracts/ProofRegistry.sol:ProofRegistry", factory: ProofRegistry__factory },
  accessManager: {
    contract: "@openzeppelin/contracts/access/manager/AccessManager.sol:AccessManager",
    factory: accessManager,
    parameters: ({ admin }) => [admin],
  },
  attesterRegistry: {
    contract: "contracts/AttesterRegistry.sol:AttesterRegistry",
    factory: AttesterRegistry__factory,
    needs: ["accessManager"],
  },
  attestedSignatureVerifier: {
    contract: "contracts/verifiers/AttestedSignatureVerifier.sol:AttestedSignatureVerifier",
    factory: AttestedSignatureVerifier__factory,
    needs: ["attesterRegistry"],
    parameters: ({ maxDelay }) => [maxDelay.toString()],
  },
  p256Verifier: { contract: "contracts/signers/P256Verifier.sol:P256Verifier", factory: P256Verifier__factory },
  rsaPssVerifier: { contract: "contracts/signers/RsaPssVerifier.sol:RsaPssVerifier", factory: RsaPssVerifier__factory },
  proofLens: {
    contract: "contracts/lenses/ProofLens.sol:ProofLens",
    factory: ProofLens__factory,
    needs: ["proofRegistry"],
  },
  walrusCommittees: {
    contract: "contracts/WalrusCommittees.sol:WalrusCommittees",
    factory: WalrusCommittees__factory,
  },
  blobAvailability: {
    contract: "contracts/BlobAvailability.sol:BlobAvailability",
    factory: BlobAvailability__factory,
    needs: ["walrusCommittees"],
  },
  availabilityLens: {
    contract: "contracts/lenses/AvailabilityLens.sol:AvailabilityLens",
    factory: AvailabilityLens__factory,
    needs: ["modelRegistry", "blobAvailability"],
  },
};

/** The contracts `only`, or all, with what they need, in the order in which they can be created. */
export function blueprints({
  parameters,
  only,
}: {
  readonly parameters: DeploymentParameters;
  readonly only?: readonly DeployedName[];
}): Blueprint[] {
  const wanted = new Set<DeployedName>();
  const want = (name: DeployedName): void => {
    PLANS[name].needs?.forEach(want);
    wanted.add(name);
  };
  const names = Object.keys(PLANS) as DeployedName[];
  (only ?? names).forEach(want);
  const made = new Map<DeployedName, Blueprint>();
  for (const name of names.filter((each) => wanted.has(each))) made.set(name, draw(name, made, parameters));
  return [...made.values()];
}

function draw(
  name: DeployedName,
  made: ReadonlyMap<DeployedName, Blueprint>,
  parameters: DeploymentParameters,
): Blueprint {
  const { needs = [], parameters: own } = PLANS[name];
  const addresses = needs.map((need) => {
    const address = made.get(need)?.address;
    if (address === undefined) throw new Error(`${name} is planned before ${need}`);
    return address;
  });
  return withArguments(name, [...addresses, ...(own?.(parameters) ?? [])]);
}

function withArguments(name: DeployedName, all: readonly string[]): Blueprint {
  const { contract, factory } = PLANS[name];
  const initCode = concat([factory.bytecode, new Interface(factory.abi).encodeDeploy(all)]) as Hex;
  return { name, contract, arguments: all, initCode, address: create2Address(initCode) };
}

/** The contract `name` with these arguments of its constructor; undefined if they are none for it. */
export function blueprintOf(name: DeployedName, all: readonly string[]): Blueprint | undefined {
  try {
    return withArguments(name, all);
  } catch {
    return undefined;
  }
}

/** The contracts whose addresses come first among the arguments of its constructor. */
export function needsOf(name: DeployedName): readonly DeployedName[] {
  return PLANS[name].needs ?? [];
}

/** In Solidity. */
export function contractNameOf(name: DeployedName): string {
  return PLANS[name].contract.split(":")[1] ?? name;
}

/** As verifiers of sources and Hardhat name it. */
export function contractOf(name: DeployedName): string {
  return PLANS[name].contract;
}

/** A contract's artifact in the form that Ignition takes. */
export interface CreationArtifact {
  readonly _format: string;
  readonly contractName: string;
  readonly sourceName: string;
  readonly abi: unknown[];
  readonly bytecode: string;
  readonly linkReferences: Record<string, never>;
  readonly deployedBytecode: string;
  readonly deployedLinkReferences: Record<string, never>;
}

/** The code of this package, whatever a project that uses it compiles itself. Code as deployed is left out: Ignition creates without it. */
export function artifactOf(name: DeployedName): CreationArtifact {
  const { contract, factory } = PLANS[name];
  const [sourceName = ""] = contract.split(":");
  const contractName = contractNameOf(name);
  return {
    _format: "hh3-artifact-1",
    ...{ contractName, sourceName, abi: [...factory.abi], bytecode: factory.bytecode, linkReferences: {} },
    ...{ deployedBytecode: "0x", deployedLinkReferences: {} },
  };
}
