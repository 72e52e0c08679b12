// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title A contract that, whatever it is asked, first makes a call of its own, and then answers what it was told to
contract ReenteringVerifier {
    address private _target;
    bytes private _data;
    bytes4 private immutable _answer;
    bool private immutable _insists;

    /// @param answer What it answers.
    /// @param insists Whether it reverts if its own call does.
    constructor(bytes4 answer, bool insists) {
        _answer = answer;
        _insists = insists;
    }

    /// @notice Sets the call to make. No selector of the contracts that are tested is this one's.
    function prepareCall(address target, bytes calldata data) external {
        (_target, _data) = (target, data);
    }

    fallback(bytes calldata) external returns (bytes memory) {
        (bool success, ) = _target.call(_data);
        require(success || !_insists, "the call was refused");
        return abi.encode(_answer);
    }
}
