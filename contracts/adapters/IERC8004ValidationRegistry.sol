// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

/// @notice What a validator needs of the Validation Registry of ERC-8004, "Trustless Agents": a draft, as it stood on 25 January 2026
/// (ethereum/ERCs, commit 503591a6). Its authors say that this registry may still change.
interface IERC8004ValidationRegistry {
    /// @notice Answers a request. Only for the validator that the request names; may be done again.
    /// @param requestHash The request.
    /// @param response 0 for failed to 100 for passed.
    /// @param responseURI Where evidence is, or empty.
    /// @param responseHash Commitment to that evidence, or zero.
    /// @param tag What kind of answer it is, or empty.
    function validationResponse(
        bytes32 requestHash,
        uint8 response,
        string calldata responseURI,
        bytes32 responseHash,
        string calldata tag
    ) external;

    /// @notice A request and its newest answer.
    /// @param requestHash The request.
    /// @return validatorAddress Who is asked.
    /// @return agentId Whose work it is.
    /// @return response The newest answer; 0 without one too.
    /// @return responseHash The answer's.
    /// @return tag The answer's.
    /// @return lastUpdate When it was asked or answered last, in Unix seconds.
    function getValidationStatus(
        bytes32 requestHash
    )
        external
        view
        returns (
            address validatorAddress,
            uint256 agentId,
            uint8 response,
            bytes32 responseHash,
            string memory tag,
            uint256 lastUpdate
        );
}
