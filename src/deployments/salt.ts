/**
 * One for all contracts and chains: keccak256 of "scrimshaw 1". It names no sender, so that any account gets the same addresses. Alone in its
 * file, because configurations import it: for Ignition, `ignition.strategyConfig.create2.salt`.
 */
export const SALT = "0x4554ca69b95b89b5196eaea42273eb71981a301096f08a17da87756f9f61d777";
