import { emptyTask } from "hardhat/config";
import type { TaskDefinition } from "hardhat/types/tasks";

/** `hardhat proof ...` */
export const proofTasks: TaskDefinition[] = [
  emptyTask("proof", "Record, settle and audit proofs of inference").build(),
];
