import type { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import { artifactOf, contractNameOf, DEFAULT_MAX_DELAY } from "../src/deployments/blueprint.ts";
import type { DeployedName } from "../src/chain/deployments-file.ts";

type Builder = Parameters<Parameters<typeof buildModule>[1]>[0];
type Arguments = NonNullable<Parameters<Builder["contract"]>[2]>;
type Future = ReturnType<typeof create>;

/** A contract with the code of this package: its address by CREATE2 does not depend on who compiles what. */
function create(m: Builder, name: DeployedName, args: Arguments = []) {
  return m.contract(contractNameOf(name), artifactOf(name), args);
}

export function models(m: Builder) {
  return { modelRegistry: create(m, "modelRegistry") };
}

export function proofs(m: Builder) {
  const proofRegistry = create(m, "proofRegistry");
  return { proofRegistry, proofLens: create(m, "proofLens", [proofRegistry]) };
}

/**
 * Parameters: `admin` decides who may attest (default: the deploying account; a multisig in earnest), `maxDelay` is the seconds between
 * inference and anchor that the signature verifier allows. The access manager is the bytecode that OpenZeppelin publishes.
 */
export function attesters(m: Builder) {
  const admin = m.getParameter("admin", m.getAccount(0));
  const maxDelay = m.getParameter("maxDelay", DEFAULT_MAX_DELAY);
  const accessManager = create(m, "accessManager", [admin]);
  const attesterRegistry = create(m, "attesterRegistry", [accessManager]);
  return {
    accessManager,
    attesterRegistry,
    attestedSignatureVerifier: create(m, "attestedSignatureVerifier", [attesterRegistry, maxDelay]),
    p256Verifier: create(m, "p256Verifier"),
    rsaPssVerifier: create(m, "rsaPssVerifier"),
  };
}

export function availability(m: Builder) {
  const walrusCommittees = create(m, "walrusCommittees");
  return { walrusCommittees, blobAvailability: create(m, "blobAvailability", [walrusCommittees]) };
}

export function availabilityLens(m: Builder, modelRegistry: Future, blobAvailability: Future) {
  return { availabilityLens: create(m, "availabilityLens", [modelRegistry, blobAvailability]) };
}
