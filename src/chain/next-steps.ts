/** What a user can do about a contract's refusal, by the error's name. The innermost error that is listed wins. */
const NEXT_STEPS: Readonly<Record<string, string>> = {
  AccessManagedUnauthorized: "Send from an account that the access manager lets do this (--from).",
  AttestedSignatureVerifierAttesterNotValid:
    "Sign with a key that is valid at both times: `npx hardhat attester show` says of one, `attester add` admits another.",
  AttestedSignatureVerifierInvalidSignature:
    "Have the attester that the proof names sign this proof's digest for this registry and chain.",
  AttestedSignatureVerifierProducedLater:
    "Take the statement's time from the chain's newest block, not from a clock ahead of it.",
  AttestedSignatureVerifierTooLate: "Prove sooner: the verifier bounds the time between inference and anchor.",
  AttestedSignatureVerifierSignerRefused:
    "Have the attester that the proof names sign this proof's digest; its wallet or verifier contract must accept it.",
  AttestedSignatureVerifierWalletEnded:
    "Nothing is left to do: of a wallet whose validity has ended no seal is believed any more. What was recorded before stays.",
  AttesterRegistryAlreadyAdded:
    "This key is admitted already, see `npx hardhat attester show`: nothing is to be added, and a rotation needs a new key.",
  AttesterRegistryAlreadyApproved:
    "Nothing is left to do: the measurement is approved. Close that approval first for another one.",
  AttesterRegistryAlreadyRotated: "Rotate the attester that replaced it.",
  AttesterRegistryBlockNotRecent: "Sign the hash of one of the chain's newest blocks, and send it at once.",
  AttesterRegistryInvalidInterval: "Begin now or later, and end after the beginning.",
  AttesterRegistryInvalidSignature: "Have the attester's own key sign the digest for this registry and chain.",
  AttesterRegistryMeasurementNotApproved:
    "Approve the measurement first with `npx hardhat attester approve`, or check it for a mistake.",
  AttesterRegistryNotValid: "Nothing is left to do: the attester is not valid now, so it need not be seen.",
  AttesterRegistrySeenSince: "Sign the hash of a newer block.",
  AttesterRegistrySignerWithoutCode:
    "Begin the signer with the address of a verifier on this chain, such as P256Verifier or RsaPssVerifier.",
  AttesterRegistryUnknownApproval: "See which approvals there are with `npx hardhat attester list`.",
  AttesterRegistryUnknownAttester: "Admit the key first with `npx hardhat attester add`.",
  Groth16TensorVerifierOtherInput: "Hash just the values that the seal shows, without salt.",
  Groth16TensorVerifierOtherOutput: "Hash just the values that the seal shows, without salt.",
  Groth16VerifierAttesterNamed: "Make the proof without an attester: nobody signs a zk proof.",
  Groth16VerifierInvalidProof:
    "Prove this proof's digest for this registry and chain, with the circuit that the verifier's key was made from.",
  Groth16VerifierOtherModelVersion: "Name the verifier of this model version: each has its own.",
  Groth16VerifierProducedLater:
    "Take the statement's time from the chain's newest block, not from a clock ahead of it.",
  Groth16VerifierSealLength: "Encode the zk proof and what it shows with encodeGroth16Seal.",
  Groth16VerifierTooLate: "Prove sooner: the verifier bounds the time between inference and anchor.",
  ModelRegistryAlreadyRegistered: "Nothing is left to do: the name is registered.",
  ModelRegistryLabelTaken: "Choose another name: a label names one version for good, and no tag may shadow it.",
  ModelRegistryDocumentRevoked: "Nothing is left to do: the document is revoked.",
  ModelRegistryExpired: "Sign again with a later deadline.",
  ModelRegistryInvalidSignature: "Sign this release for this version, registry and chain with a publisher's key.",
  ModelRegistryNotAuthor: "Revoke it from the account that added it (--from).",
  ModelRegistryNotLonger: "Nothing is left to do: the version claims this end epoch, or a later one.",
  ModelRegistryNotPendingOwner: "Accept from the account that the model was offered to (--from).",
  ModelRegistryNotPublisher:
    "Send from the owner or a publisher of the model (--from), or publish under a name of your own.",
  ModelRegistryNotOwner: "Send from the model's owner (--from), or publish under a name of your own.",
  ModelRegistryOtherVersion: "Somebody published in between: look at the newest version, and sign for the next one.",
  ModelRegistryTagTaken: "Choose another label: this text is a tag, which would shadow it.",
  ModelRegistryUnchanged: "Nothing is left to do: the newest version has this manifest.",
  ModelRegistryUnknownModel: "Register the name first with `npx hardhat model register`.",
  ModelRegistryUnknownVersion: "See which versions there are with `npx hardhat model show`.",
  ModelRegistryVersionRevoked: "Choose another version: a revoked one never comes back.",
  ProofRegistryAlreadyRecorded: "Nothing is left to do: the proof is recorded.",
  ProofRegistryAlreadySettled: "Nothing is left to do: the batch is settled.",
  ProofRegistryNotInBatch: "Take place and seal from the batch's bundle: a leaf holds just the seal that was settled.",
  ProofRegistrySubmitterMismatch: "Send a vanilla proof from the account that it names as its submitter (--from).",
  ProofRegistryVerifierWithoutCode: "Make the proof again with the address of a verifier on this chain.",
  ProofRegistryWithdrawn: "Make a new proof: a withdrawn one never comes back.",
};

const DEFAULT = "The error's name and arguments say what the contract refused; nothing was changed.";

/** @param names of the errors in each other, the outermost first */
export function nextStep(names: readonly string[]): string {
  const known = names.toReversed().find((name) => Object.hasOwn(NEXT_STEPS, name));
  return (known === undefined ? undefined : NEXT_STEPS[known]) ?? DEFAULT;
}
