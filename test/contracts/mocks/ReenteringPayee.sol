// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title An account that, whenever it is sent ether, first makes a call of its own
contract ReenteringPayee {
    address private immutable _target;
    bytes private _onReceive;

    constructor(address target) {
        _target = target;
    }

    receive() external payable {
        (bool success, ) = _target.call(_onReceive);
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
