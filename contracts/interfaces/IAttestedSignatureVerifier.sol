// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {IAttesterRegistry} from "./IAttesterRegistry.sol";
import {IProofVerifier} from "./IProofVerifier.sol";
import {IVersioned} from "./IVersioned.sol";
import {IWithdrawalVerifier} from "./IWithdrawalVerifier.sol";

/// @notice Accepts a proof that an attester signed, whatever its kind of signer. The seal is the attester's signature over the digest:
///
/// - an account's: 65 bytes of ECDSA (`r`, `s`, `v`, with a low `s`). Its code is never asked, if it has any (EIP-7702);
/// - a contract wallet's: what its `isValidSignature` accepts (ERC-1271). It is asked as it stands when the verifier is asked, so a later
/// audit may be answered otherwise, and only while the attester is valid: whoever has taken a wallet could have it stand up for what he had settled before;
/// - any other key's: what the contract accepts that its signer begins with (ERC-7913), such as `P256Verifier` or `RsaPssVerifier`.
///
/// The attester must be valid when it says that it produced the output and when the chain saw the
/// proof, and the two may be at most `maxDelay` apart: so a stolen key cannot write the past.
interface IAttestedSignatureVerifier is IProofVerifier, IWithdrawalVerifier, IVersioned {
    /// @notice The proof says that it was produced after the chain saw it.
    /// @param producedAt When it was produced, as the proof says.
    /// @param anchoredAt Anchor time.
    error AttestedSignatureVerifierProducedLater(uint64 producedAt, uint64 anchoredAt);

    /// @notice The proof says that it was produced too long before the chain saw it.
    /// @param producedAt When it was produced, as the proof says.
    /// @param anchoredAt Anchor time.
    /// @param maxDelay The longest distance in seconds.
    error AttestedSignatureVerifierTooLate(uint64 producedAt, uint64 anchoredAt, uint64 maxDelay);

    /// @notice The attester was not valid throughout.
    /// @param attesterId The attester.
    /// @param from First time at which it must be valid.
    /// @param to Last time at which it must be valid.
    /// @param validFrom From when it is.
    /// @param validUntil Until when it is, exclusive.
    error AttestedSignatureVerifierAttesterNotValid(
        bytes32 attesterId,
        uint64 from,
        uint64 to,
        uint64 validFrom,
        uint64 validUntil
    );

    /// @notice The contract that judges the attester's signatures did not accept the seal: it reverted, or answered anything but the one
    /// word that says yes.
    /// @param attesterId The attester.
    /// @param asked The contract wallet, or the contract that the signer begins with.
    /// @param digest What the attester should have signed.
    error AttestedSignatureVerifierSignerRefused(bytes32 attesterId, address asked, bytes32 digest);

    /// @notice The attester is a contract wallet whose validity has ended, so that its word counts for nothing any more, the past included.
    /// @param attesterId The attester.
    /// @param validUntil Until when it was valid, exclusive.
    error AttestedSignatureVerifierWalletEnded(bytes32 attesterId, uint64 validUntil);

    /// @notice The seal is not the signature over the digest of the attester, an account.
    /// @param attesterId The attester: keccak256 of the 20 bytes of the account that should have signed.
    /// @param recovered The account that signed; zero if the seal is no signature at all.
    /// @param digest What it should have signed.
    error AttestedSignatureVerifierInvalidSignature(bytes32 attesterId, address recovered, bytes32 digest);

    /// @notice The longest distance between production and anchor time, in seconds.
    /// @return delay The distance.
    function maxDelay() external view returns (uint64 delay);

    /// @notice The registry that is asked about attesters.
    /// @return registry The registry.
    function attesters() external view returns (IAttesterRegistry registry);
}
