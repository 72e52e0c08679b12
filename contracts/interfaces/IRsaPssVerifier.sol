// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {IERC7913SignatureVerifier} from "@openzeppelin/contracts/interfaces/IERC7913.sol";
import {IVersioned} from "./IVersioned.sol";

/// @notice Checks RSASSA-PSS signatures (RFC 8017, 8.1.2) with SHA-256 and MGF1 with SHA-256, for ERC-7913 signers that begin with this
/// contract's address. By the precompiled contract of EIP-198. Keeps no state.
///
/// - key: exactly `abi.encode(bytes e, bytes n)`, both big-endian without leading zeros. The modulus `n` is odd and has 2048 to 4096 bits,
/// any number of them; the exponent `e` is odd, at least 3 and at most 8 bytes long;
/// - hash: the message, 32 bytes. It is hashed once more, as PSS hashes every message: whoever signs passes the digest as the
/// message, not as a hash that is taken for it;
/// - signature: exactly as long as the modulus, and a number below it. The salt may have any length that fits, none included: the encoding tells.
///
/// Every other key or signature is answered with `0xffffffff`; nothing reverts. So a key has one encoding, and of a signature
/// nobody else can make another.
interface IRsaPssVerifier is IERC7913SignatureVerifier, IVersioned {}
