import { ScrimshawError } from "../errors.ts";
import { quoted } from "./text.ts";

/** Name of a model under its creator: 1 to 64 characters. */
export const MODEL_NAME = /^[a-z0-9._-]{1,64}$/;
/** A name that moves from version to version, like `stable`. */
export const TAG = /^[a-z][a-z0-9._-]{0,30}$/;
/** A name that one version has for good, like `1.0.0`. */
export const LABEL = /^[A-Za-z0-9._+-]{1,31}$/;
/** The reserved word for the newest active version. */
export const LATEST = "latest";

const DIGITS = /^[0-9]+$/;

/** True if the registry would take `text` as a tag. */
export function isTag(text: string): boolean {
  return TAG.test(text) && text !== LATEST;
}

/** True if the registry would take `text` as a label. */
export function isLabel(text: string): boolean {
  return LABEL.test(text) && !DIGITS.test(text) && text !== LATEST;
}

/** @throws ScrimshawError `models.name-invalid` */
export function requireModelName(name: string): void {
  if (MODEL_NAME.test(name)) return;
  throw new ScrimshawError({
    code: "models.name-invalid",
    expected: "a model name of 1 to 64 characters out of a-z, 0-9, '.', '_' and '-'",
    found: quoted(name),
    next: "Choose another name, in scrimshaw.json or in the command.",
  });
}

/** @throws ScrimshawError `models.label-invalid` */
export function requireLabel(label: string): void {
  if (isLabel(label)) return;
  throw new ScrimshawError({
    code: "models.label-invalid",
    expected:
      "a label of 1 to 31 characters out of A-Z, a-z, 0-9, '.', '_', '+' and '-', neither all digits nor 'latest'",
    found: quoted(label),
    next: "Choose another label with --label, for example 1.0.0.",
  });
}

/** @throws ScrimshawError `models.tag-invalid` */
export function requireTag(tag: string): void {
  if (isTag(tag)) return;
  throw new ScrimshawError({
    code: "models.tag-invalid",
    expected:
      "a tag of 1 to 31 characters out of a-z, 0-9, '.', '_' and '-', beginning with a letter, and not 'latest'",
    found: quoted(tag),
    next: "Choose another tag, for example stable.",
  });
}
