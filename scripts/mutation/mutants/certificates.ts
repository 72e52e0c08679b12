import type { Mutant } from "../mutant.ts";

const of = (file: string, check: string, find: string, replace = ""): Mutant => ({ file, check, find, replace });
const certificate = of.bind(undefined, "libraries/WalrusCertificate.sol");
const message = of.bind(undefined, "libraries/WalrusMessage.sol");
const bitmap = of.bind(undefined, "libraries/SignersBitmap.sol");

/** Checks of messages, signers and certificates. */
export const CERTIFICATE_MUTANTS: readonly Mutant[] = [
  certificate(
    "the source has brought the committee",
    "if (members == 0) return (CertificateStatus.UnknownCommittee, 0, 0, 0);",
  ),
  certificate(
    "a certificate expires",
    "if (block.timestamp >= epochStart + 2 * duration) return (CertificateStatus.Expired, 0, epochStart, 0);",
  ),
  certificate("it expires at once", "block.timestamp >= epochStart", "block.timestamp > epochStart"),
  certificate("it expires after two lengths of an epoch", "2 * duration", "3 * duration"),
  certificate("it does not expire before", "2 * duration", "duration"),
  certificate("there is a whole signature", "certificate.length < SIGNATURE_SIZE || "),
  certificate("the signature is canonical", " || !Bls12381.readG2(certificate, input + SIGNATURE)"),
  certificate(
    "the bitmap is of this committee",
    "if (!ok) return (CertificateStatus.InvalidBitmap, 0, epochStart, 0);",
  ),
  certificate("keys were added", "if (outcome != Bls12381.DONE) return (_statusOf(outcome), 0, epochStart, 0);"),
  certificate("a confirmation needs two thirds", "if (kind == WalrusMessage.CONFIRMATION) n *= 2;"),
  certificate("an invalid ID needs only one", "if (kind == WalrusMessage.CONFIRMATION) n *= 2;", "n *= 2;"),
  certificate(
    "there is a quorum",
    "if (3 * weight <= n) return (CertificateStatus.BelowQuorum, 0, epochStart, weight);",
  ),
  certificate("a quorum is one more than a third or two", "if (3 * weight <= n)", "if (3 * weight < n)"),
  certificate("a quorum is no more than that", "if (3 * weight <= n)", "if (3 * weight <= n + 1)"),
  certificate(
    "the signers' key is not the identity",
    "if (Bls12381.isIdentity(input + KEY)) return (CertificateStatus.IdentityKey, 0, epochStart, weight);",
  ),
  certificate(
    "many need the quorum of confirmations",
    "            WalrusMessage.CONFIRMATION,\n",
    "            WalrusMessage.INVALID_BLOB_ID,\n",
  ),
  certificate(
    "one message was hashed",
    "status = outcome == Bls12381.DONE ? _pair(input) : _statusOf(outcome);\n        }\n    }\n\n    /// @notice Judges a certificate of many",
    "status = _pair(input);\n        }\n    }\n\n    /// @notice Judges a certificate of many",
  ),
  certificate(
    "all of many messages were hashed",
    "status = outcome == Bls12381.DONE ? _pair(input) : _statusOf(outcome);\n        }\n    }\n\n    /// @dev Sets",
    "status = _pair(input);\n        }\n    }\n\n    /// @dev Sets",
  ),
  certificate("no message of many is left out", "for (uint256 i = 1; i", "for (uint256 i = 2; i"),
  certificate(
    "every message of many is added",
    "if (outcome == Bls12381.DONE) outcome = Bls12381.g2Add(input + HASH, input + HASH);",
  ),
  certificate(
    "the pairings multiply to one",
    "return isOne ? CertificateStatus.Valid",
    "return true ? CertificateStatus.Valid",
  ),
  certificate("the pairing was computed", "if (outcome == Bls12381.DONE) {", "if (outcome != Bls12381.REFUSED) {"),
  certificate(
    "a signature outside its group is told",
    "if (outcome == Bls12381.REFUSED) return CertificateStatus.SignatureOutsideGroup;",
  ),
  certificate("lack of gas is no lack of support", "outcome == Bls12381.GAS_SHORT ? CertificateStatus.GasShort : ", ""),
  certificate(
    "lack of support is no lack of gas",
    "outcome == Bls12381.GAS_SHORT ? CertificateStatus.GasShort : CertificateStatus.Unsupported",
    "CertificateStatus.GasShort",
  ),
  message(
    "a message has its length",
    "(message.length << 32)",
    "((message.length < 40 ? 39 : message.length < 72 ? 40 : 72) << 32)",
  ),
  message("a message is for Walrus", "((head >> 232) << 8)", "((((head >> 240) << 8) | 3) << 8)"),
  message("a message has its version", "((head >> 232) << 8)", "(((head >> 248 << 16) | (head >> 232 & 0xff)) << 8)"),
  message(
    "a message has its type",
    "((head >> 232) << 8)",
    "(((message.length == 39 ? 2 : 1) << 24) | (((head >> 232) & 0xffff) << 8))",
  ),
  message(
    "a confirmation has its variant",
    "form == PERMANENT || form == DELETABLE",
    "form | 0xff == PERMANENT | 0xff || form | 0xff == DELETABLE | 0xff",
  ),
  message("a deletable blob has a message of its own", " || form == DELETABLE"),
  message(
    "an invalid ID has a message of its own",
    "if (form >> 8 == INVALID) kind = INVALID_BLOB_ID;",
    "if (form >> 8 == INVALID) kind = CONFIRMATION;",
  ),
  message(
    "the epoch is little-endian",
    "epoch = _fromLittleEndian(uint32(head >> 200));",
    "epoch = uint32(head >> 200);",
  ),
  bitmap("a bitmap is no longer than the committee's", "gt(size, shr(3, add(members, 7)))", "0"),
  bitmap("a bitmap is no byte longer", "shr(3, add(members, 7))", "shr(3, add(members, 15))"),
  bitmap("nobody past the last member signed", "and(signed, not(named))", "0"),
  bitmap("what follows the bitmap does not count", ", not(shr(mul(size, 8), not(0))))", ", not(0))"),
];
