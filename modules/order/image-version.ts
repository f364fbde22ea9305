const TEXT_CHARACTERS_MAX = 32;
/** MCUboot: major and minor have 8 bits, revision 16, build 32 (docs/design.md, "Image format"). */
const NUMBER_MAX = Object.freeze([0xff, 0xff, 0xffff, 0xffff_ffff]);

/** A text is not the version of an image. */
export class ImageVersionError extends Error {
	override name = "ImageVersionError";
}

/**
 * The one spelling of the version of an image: MCUboot's `1.2.3+4`, which its Simple Management Protocol writes as
 * `1.2.3.4`, and `1.2.3` where the build number is 0. Any other word is taken as it is: ESP-IDF's versions are free text of
 * at most 31 characters (ESP-IDF, esp_app_desc_t). Throws ImageVersionError for what is no word at all.
 */
export function canonicalImageVersion(text: string): string {
	const numbers = numbersOf(text);
	if (numbers) {
		const [major, minor, revision, build = 0] = numbers;
		return `${major}.${minor}.${revision}${build > 0 ? `+${build}` : ""}`;
	}
	if (text.length >= 1 && text.length <= TEXT_CHARACTERS_MAX && [...text].every(isPrintable)) return text;
	throw new ImageVersionError(
		`Expected 1.2.3, 1.2.3+4 or a word of at most ${TEXT_CHARACTERS_MAX} printable characters, got ${JSON.stringify(text)}`,
	);
}

/** The same of what an element tells, which may be anything: what is no version is left as it is. */
export function spelledImageVersion(text: string): string {
	try {
		return canonicalImageVersion(text);
	} catch {
		return text;
	}
}

function isPrintable(character: string): boolean {
	return character > " " && character <= "~";
}

function numbersOf(text: string): number[] | undefined {
	const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,5})(?:[.+](\d{1,10}))?$/.exec(text);
	const numbers = match?.slice(1).map((part = "0") => Number(part));
	return numbers?.every((number, index) => number <= (NUMBER_MAX[index] as number)) ? numbers : undefined;
}
