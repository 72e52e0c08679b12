// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title An account that, when it is sent ether, first makes a call of its own, and then takes what it can get
contract ReenteringPayee {
    address private immutable _target;
    bytes private _onReceive;

    constructor(address target) {
        _target = target;
    }

    receive() external payable {
        bytes memory data = _onReceive;
        if (data.length == 0) return;
        // Once: were it to go on for ever, it would fail for want of ether and not because it was stopped.
        delete _onReceive;
        (bool success, ) = _target.call(data);
        require(success, "the call was refused");
    }

    /// @notice Calls the target; while that sends it ether, it makes the second call.
    function act(bytes calldata data, bytes calldata onReceive) external {
        _onReceive = onReceive;
        (bool success, bytes memory reason) = _target.call(data);
        if (!success) {
            // The reason as it is.
            assembly {
                revert(add(reason, 0x20), mload(reason))
            }
        }
    }
}
