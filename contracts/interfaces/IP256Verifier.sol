// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {IERC7913SignatureVerifier} from "@openzeppelin/contracts/interfaces/IERC7913.sol";
import {IVersioned} from "./IVersioned.sol";

/// @notice Checks ECDSA signatures on the curve P-256 (secp256r1), for ERC-7913 signers that begin with this contract's address. By the
/// precompiled contract of EIP-7951 (RIP-7212) where the chain has it, else in Solidity for some 240,000 gas instead of 9,000. Keeps no state.
///
/// - key: 64 bytes, the point's `x` and `y`;
/// - hash: what was signed, as it stands; it is not hashed again;
/// - signature: exactly 64 bytes, `r` and `s`, with `s` at most half of the order. A signer whose `s` is greater takes the order less `s`.
///
/// Every other key or signature is answered with `0xffffffff`; nothing reverts. So there is one signature for every one that a key made,
/// and nobody else can make another of it.
interface IP256Verifier is IERC7913SignatureVerifier, IVersioned {}
