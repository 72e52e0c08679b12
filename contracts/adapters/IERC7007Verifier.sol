// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

/// @notice The function of ERC-7007 (Final) that says whether content comes from a model: what an ERC-7007 token asks, or forwards to,
/// a contract like this. It is no token, so it does not answer ERC-165 for the whole of `IERC7007` (0x702c55a6).
interface IERC7007Verifier {
    /// @notice The content is not the model's answer to the prompt.
    /// @param found SHA-256 of the prompt, or of the content.
    /// @param expected The hash in the statement that was proven.
    error ERC7007VerifierOtherContent(bytes32 found, bytes32 expected);

    /// @notice So little gas was left after a no that lack of it may be the reason.
    /// @param given The gas that there was.
    error ERC7007VerifierGasShort(uint256 given);

    /// @notice Whether `aigcData` is what the model of the policy made of `prompt`. Does not revert, unless gas runs out or less than an
    /// eighth of it is left after a no: a no is never for lack of gas.
    /// @param prompt The bytes whose SHA-256 is the statement's input hash: the canonical encoding of the input tensors, with the
    /// salt if there is one.
    /// @param aigcData The same of the output tensors.
    /// @param proof A proof in a form of `IPolicyAdapter`.
    /// @return success True if so.
    function verify(
        bytes calldata prompt,
        bytes calldata aigcData,
        bytes calldata proof
    ) external view returns (bool success);

    /// @notice The same for who wants to know why not: reverts with the reason.
    /// @param prompt As in `verify`.
    /// @param aigcData As in `verify`.
    /// @param proof As in `verify`.
    /// @return proofId The proof.
    function requireVerified(
        bytes calldata prompt,
        bytes calldata aigcData,
        bytes calldata proof
    ) external view returns (bytes32 proofId);
}
