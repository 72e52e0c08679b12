import type { Mutant } from "../mutant.ts";
import { AVAILABILITY_MUTANTS } from "./availability.ts";
import { CERTIFICATE_MUTANTS } from "./certificates.ts";
import { COMMITTEE_MUTANTS } from "./committees.ts";
import { POINT_MUTANTS } from "./points.ts";

/** Every check between a storage committee and a consumer of `requireAvailable`. */
export const MUTANTS: readonly Mutant[] = [
  ...COMMITTEE_MUTANTS,
  ...AVAILABILITY_MUTANTS,
  ...CERTIFICATE_MUTANTS,
  ...POINT_MUTANTS,
];
