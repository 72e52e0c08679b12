import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import timelockArtifact from "@openzeppelin/contracts/build/contracts/TimelockController.json" with { type: "json" };

/** Two days: long enough to see a false committee come, and short beside a Walrus epoch of two weeks. */
const DEFAULT_DELAY = 172_800n;
/** Anybody, in the words of OpenZeppelin's timelock. */
const ANYBODY = "0x0000000000000000000000000000000000000000";

/**
 * A source of Walrus committees in which whoever trusts it sees each import before it counts: OpenZeppelin's timelock, which calls
 * `WalrusCommittees.importCommittee`. Parameters: `multisig` (required) proposes imports, and alone may call one off; `delay` is the
 * seconds that it waits. When they are over anybody may carry it out. Nobody administers it: what it may do only it can change, by
 * its own proposals. The timelock is the bytecode that OpenZeppelin publishes.
 */
export default buildModule("CommitteeSource", (m) => {
  const multisig = m.getParameter("multisig");
  const delay = m.getParameter("delay", DEFAULT_DELAY);
  const committeeSource = m.contract("TimelockController", timelockArtifact, [delay, [multisig], [ANYBODY], ANYBODY]);
  return { committeeSource };
});
