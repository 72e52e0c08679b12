// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

/// @notice How a signer's word is judged; settled once, when the signer is admitted.
///
/// - `Account`: 20 bytes, an account's key. Judged by ECDSA alone, whatever code is put at its address later (EIP-7702).
/// - `Wallet`: 20 bytes, a contract at admission. Asked by ERC-1271, so its answer may change with time.
/// - `Key`: more than 20 bytes, by ERC-7913 a contract's address and a key that this contract is asked about. As lasting as that
/// contract: those of this project keep no state.
enum SignerKind {
    Account,
    Wallet,
    Key
}
