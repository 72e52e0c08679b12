// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ERC721} from "@openzeppelin/contracts/token/ERC721/ERC721.sol";
import {IERC7007Verifier} from "../../../contracts/adapters/IERC7007Verifier.sol";

/// @title A token of ERC-7007, by its final text, that asks an adapter about content
contract ContentToken is ERC721 {
    IERC7007Verifier private immutable _verifier;

    event AigcData(uint256 indexed tokenId, bytes indexed prompt, bytes indexed aigcData, bytes proof);

    constructor(IERC7007Verifier verifier) ERC721("Content", "AIGC") {
        _verifier = verifier;
    }

    function mint(bytes calldata prompt) external returns (uint256 tokenId) {
        tokenId = uint256(keccak256(prompt));
        _mint(msg.sender, tokenId);
    }

    function addAigcData(
        uint256 tokenId,
        bytes calldata prompt,
        bytes calldata aigcData,
        bytes calldata proof
    ) external {
        require(ownerOf(tokenId) == msg.sender && tokenId == uint256(keccak256(prompt)), "another's token");
        require(verify(prompt, aigcData, proof), "not verified");
        emit AigcData(tokenId, prompt, aigcData, proof);
    }

    function verify(bytes calldata prompt, bytes calldata aigcData, bytes calldata proof) public view returns (bool) {
        return _verifier.verify(prompt, aigcData, proof);
    }

    /// @dev 0x702c55a6: `addAigcData` and `verify`.
    function supportsInterface(bytes4 interfaceId) public view override returns (bool) {
        return
            interfaceId == (this.addAigcData.selector ^ this.verify.selector) || super.supportsInterface(interfaceId);
    }
}
