export const FILE_NAME_CHARACTERS_MAX = 64;
const ALPHABET = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";

/** True for 1 to 64 letters, digits, ".", "_" and "-" that do not begin with ".": a name that leads nowhere else. */
export function isFileName(name: string): boolean {
	if (name.length === 0 || name.length > FILE_NAME_CHARACTERS_MAX || name.startsWith(".")) return false;
	for (let i = 0; i < name.length; i++) if (!ALPHABET.includes(name.charAt(i))) return false;
	return true;
}
