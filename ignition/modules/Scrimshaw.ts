import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import accessManagerArtifact from "@openzeppelin/contracts/build/contracts/AccessManager.json" with { type: "json" };
import { artifactOf } from "../artifact.ts";

/** A day: how much later than its inference an attested proof may be anchored. */
const DEFAULT_MAX_DELAY = 86_400n;

/**
 * Everything a chain needs. Parameters: `admin` decides who may attest (default: the deploying account; a multisig in
 * earnest), `maxDelay` is the seconds between inference and anchor that the signature verifier allows.
 * The access manager is the bytecode that OpenZeppelin publishes.
 */
export default buildModule("Scrimshaw", (m) => {
  const admin = m.getParameter("admin", m.getAccount(0));
  const maxDelay = m.getParameter("maxDelay", DEFAULT_MAX_DELAY);
  const modelRegistry = m.contract("ModelRegistry", artifactOf("ModelRegistry"));
  const proofRegistry = m.contract("ProofRegistry", artifactOf("ProofRegistry"));
  const accessManager = m.contract("AccessManager", accessManagerArtifact, [admin]);
  const attesterRegistry = m.contract("AttesterRegistry", artifactOf("AttesterRegistry"), [accessManager]);
  const attestedSignatureVerifier = m.contract(
    "AttestedSignatureVerifier",
    artifactOf("verifiers/AttestedSignatureVerifier"),
    [attesterRegistry, maxDelay],
  );
  const p256Verifier = m.contract("P256Verifier", artifactOf("signers/P256Verifier"));
  const rsaPssVerifier = m.contract("RsaPssVerifier", artifactOf("signers/RsaPssVerifier"));
  const proofLens = m.contract("ProofLens", artifactOf("lenses/ProofLens"), [proofRegistry]);
  const walrusCommittees = m.contract("WalrusCommittees", artifactOf("WalrusCommittees"));
  const blobAvailability = m.contract("BlobAvailability", artifactOf("BlobAvailability"), [walrusCommittees]);
  const availabilityLens = m.contract("AvailabilityLens", artifactOf("lenses/AvailabilityLens"), [
    modelRegistry,
    blobAvailability,
  ]);
  return {
    modelRegistry,
    proofRegistry,
    accessManager,
    attesterRegistry,
    attestedSignatureVerifier,
    p256Verifier,
    rsaPssVerifier,
    proofLens,
    walrusCommittees,
    blobAvailability,
    availabilityLens,
  };
});
