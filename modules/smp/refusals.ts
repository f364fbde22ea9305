import type { CborMap } from "./cbor-reader.js";

/** By number, the errors that belong to no group (Zephyr, `enum mcumgr_err_t`). */
const GENERAL: readonly string[] = [
	"EOK",
	"EUNKNOWN",
	"ENOMEM",
	"EINVAL",
	"ETIMEOUT",
	"ENOENT",
	"EBADSTATE",
	"EMSGSIZE",
	"ENOTSUP",
	"ECORRUPT",
	"EBUSY",
	"EACCESSDENIED",
	"UNSUPPORTED_TOO_OLD",
	"UNSUPPORTED_TOO_NEW",
];

/** Of the OS group (`enum os_mgmt_err_code_t`). */
const OS: readonly string[] = [
	"OK",
	"UNKNOWN",
	"INVALID_FORMAT",
	"QUERY_YIELDS_NO_ANSWER",
	"RTC_NOT_SET",
	"RTC_COMMAND_FAILED",
	"QUERY_RESPONSE_VALUE_NOT_VALID",
];

/** Of the image group (`enum img_mgmt_err_code_t`). */
const IMAGE: readonly string[] = [
	"OK",
	"UNKNOWN",
	"FLASH_CONFIG_QUERY_FAIL",
	"NO_IMAGE",
	"NO_TLVS",
	"INVALID_TLV",
	"TLV_MULTIPLE_HASHES_FOUND",
	"TLV_INVALID_SIZE",
	"HASH_NOT_FOUND",
	"NO_FREE_SLOT",
	"FLASH_OPEN_FAILED",
	"FLASH_READ_FAILED",
	"FLASH_WRITE_FAILED",
	"FLASH_ERASE_FAILED",
	"INVALID_SLOT",
	"NO_FREE_MEMORY",
	"FLASH_CONTEXT_ALREADY_SET",
	"FLASH_CONTEXT_NOT_SET",
	"FLASH_AREA_DEVICE_NULL",
	"INVALID_PAGE_OFFSET",
	"INVALID_OFFSET",
	"INVALID_LENGTH",
	"INVALID_IMAGE_HEADER",
	"INVALID_IMAGE_HEADER_MAGIC",
	"INVALID_HASH",
	"INVALID_FLASH_ADDRESS",
	"VERSION_GET_FAILED",
	"CURRENT_VERSION_IS_NEWER",
	"IMAGE_ALREADY_PENDING",
	"INVALID_IMAGE_VECTOR_TABLE",
	"INVALID_IMAGE_TOO_LARGE",
	"INVALID_IMAGE_DATA_OVERRUN",
	"IMAGE_CONFIRMATION_DENIED",
	"IMAGE_SETTING_TEST_TO_ACTIVE_DENIED",
	"ACTIVE_SLOT_NOT_KNOWN",
];

const GROUPS: readonly (readonly string[])[] = [OS, IMAGE];

/** Why a server did not do it. */
export interface Refusal {
	/** From the tables of Zephyr, such as `NO_FREE_SLOT`; `group 8, rc 3` where they have none. */
	name: string;
	/** What it said besides; "" where it said nothing. */
	text: string;
}

/** What a server's answer says went wrong: `err` of SMP version 2, else `rc` of either version; undefined where nothing did. */
export function refusalOf(answer: CborMap): Refusal | undefined {
	const err = answer.get("err");
	const rsn = answer.get("rsn");
	const text = typeof rsn === "string" ? rsn : "";
	if (err instanceof Map) {
		const group = Number(err.get("group"));
		const rc = Number(err.get("rc"));
		return rc === 0 ? undefined : { name: GROUPS[group]?.[rc] ?? `group ${group}, rc ${rc}`, text };
	}
	const rc = answer.get("rc") ?? 0;
	if (rc === 0) return undefined;
	return { name: GENERAL[Number(rc)] ?? `rc ${Number(rc)}`, text };
}

const NAMES_OF_NO_SPACE: readonly string[] = ["INVALID_IMAGE_TOO_LARGE", "NO_FREE_MEMORY", "ENOMEM"];

/** The image does not fit. Servers of SMP version 1 tell it, if at all, in words. */
export function isNoSpace({ name, text }: Refusal): boolean {
	return NAMES_OF_NO_SPACE.includes(name) || text.includes("too large");
}
