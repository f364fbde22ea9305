/*
 * What ESP-IDF offers of a trial boot and embedded:update does not: which image runs on trial, what lies in both
 * slots, and which one boots next (ESP-IDF 6.0: esp_ota_ops.h, esp_flash_partitions.h, esp_partition.h).
 */

#include "xsmc.h"
#include "xsHost.h"
#include "mc.xs.h"      // for xsID_ values

#include "sdkconfig.h"
#include "esp_partition.h"
#include "esp_system.h"
#include "app_update/include/esp_ota_ops.h"     // brings esp_app_desc.h and esp_flash_partitions.h

#define kHashBytes 32
#define kOtaDataEntries 2

static const esp_partition_t *otherPartition(xsMachine *the)
{
	const esp_partition_t *other = esp_ota_get_next_update_partition(NULL);
	if (!other || (other == esp_ota_get_running_partition()))
		xsUnknownError("no other slot");
	return other;
}

/* ESP_OTA_IMG_UNDEFINED where otadata has no entry for it. */
static esp_ota_img_states_t stateOf(const esp_partition_t *partition)
{
	esp_ota_img_states_t state;
	if (ESP_OK != esp_ota_get_state_partition(partition, &state))
		return ESP_OTA_IMG_UNDEFINED;
	return state;
}

/* False where an image cannot be tried: no rollback option, no two slots, or a bootloader that does not mark what it tries. */
void xs_trial_can_try(xsMachine *the)
{
#ifdef CONFIG_BOOTLOADER_APP_ROLLBACK_ENABLE
	const esp_partition_t *running = esp_ota_get_running_partition();
	const esp_partition_t *other = esp_ota_get_next_update_partition(NULL);
	const esp_partition_t *otadata =
		esp_partition_find_first(ESP_PARTITION_TYPE_DATA, ESP_PARTITION_SUBTYPE_DATA_OTA, NULL);
	/* The bootloader turns NEW into PENDING_VERIFY before it starts an image, unless it was built without the option. */
	xsmcSetBoolean(xsResult, otadata && other && (other != running) && (ESP_OTA_IMG_NEW != stateOf(running)));
#else
	xsmcSetBoolean(xsResult, 0);
#endif
}

/* False where an accepted image forbids images of a lower secure version. */
void xs_trial_keeps_other(xsMachine *the)
{
#ifdef CONFIG_BOOTLOADER_APP_ANTI_ROLLBACK
	xsmcSetBoolean(xsResult, 0);
#else
	xsmcSetBoolean(xsResult, 1);
#endif
}

void xs_trial_on_trial(xsMachine *the)
{
	xsmcSetBoolean(xsResult, ESP_OTA_IMG_PENDING_VERIFY == stateOf(esp_ota_get_running_partition()));
}

/*
 * What otadata selects. 0: what runs; 1: the other slot, to be tried; 2: the other slot, for good; 3: the other slot, which was to be
 * tried and which the bootloader refused, so that what runs was started in its place. At the next reset it counts as aborted.
 */
void xs_trial_selected(xsMachine *the)
{
	const esp_partition_t *boot = esp_ota_get_boot_partition();
	if (!boot || (boot == esp_ota_get_running_partition())) {
		xsmcSetInteger(xsResult, 0);
		return;
	}
	switch (stateOf(boot)) {
		case ESP_OTA_IMG_NEW:
			xsmcSetInteger(xsResult, 1);
			break;
		case ESP_OTA_IMG_PENDING_VERIFY:
			xsmcSetInteger(xsResult, 3);
			break;
		default:
			xsmcSetInteger(xsResult, 2);
			break;
	}
}

void xs_trial_capacity(xsMachine *the)
{
	xsmcSetInteger(xsResult, (xsIntegerValue)otherPartition(the)->size);
}

/*
 * image(other): {version, hash} of a slot, hash as ArrayBuffer; undefined where no whole image is in it. The whole image
 * is read and hashed.
 */
void xs_trial_image(xsMachine *the)
{
	const esp_partition_t *partition =
		xsmcToBoolean(xsArg(0)) ? otherPartition(the) : esp_ota_get_running_partition();
	uint8_t hash[kHashBytes];
	esp_app_desc_t description;
	char version[sizeof(description.version) + 1];

	if (ESP_OK != esp_partition_get_sha256(partition, hash))
		return;
	if (ESP_OK != esp_ota_get_partition_description(partition, &description))
		return;
	/* It need not end in a zero. */
	c_memcpy(version, description.version, sizeof(description.version));
	version[sizeof(description.version)] = 0;

	xsmcVars(1);
	xsmcSetNewObject(xsResult);
	xsmcSetString(xsVar(0), version);
	xsmcSet(xsResult, xsID_version, xsVar(0));
	xsmcSetArrayBuffer(xsVar(0), hash, kHashBytes);
	xsmcSet(xsResult, xsID_hash, xsVar(0));
}

/* The other slot is tried at the next reset; its image is verified first. One entry of otadata is erased and written. */
void xs_trial_try_next(xsMachine *the)
{
	if (ESP_OK != esp_ota_set_boot_partition(otherPartition(the)))
		xsUnknownError("can't set boot partition");
}

/*
 * Undoes try_next, and takes away what is left of a trial that the bootloader refused: esp_ota_begin would take what is selected for
 * what runs, and forget the entry of what really runs. esp_ota_set_boot_partition of what runs would not: it would put what runs on trial. So the entry that
 * selects the other slot is erased, and the one before it is in force again.
 */
void xs_trial_untry(xsMachine *the)
{
	const esp_partition_t *otadata =
		esp_partition_find_first(ESP_PARTITION_TYPE_DATA, ESP_PARTITION_SUBTYPE_DATA_OTA, NULL);
	const esp_partition_t *boot = esp_ota_get_boot_partition();
	esp_ota_select_entry_t entries[kOtaDataEntries];
	int i, newest;

	if (!otadata || !boot || (boot == esp_ota_get_running_partition()))
		return;
	if ((ESP_OTA_IMG_NEW != stateOf(boot)) && (ESP_OTA_IMG_PENDING_VERIFY != stateOf(boot)))
		xsUnknownError("other slot is not to be tried");
	for (i = 0; i < kOtaDataEntries; i++)
		if (ESP_OK != esp_partition_read(otadata, i * otadata->erase_size, &entries[i], sizeof(entries[i])))
			xsUnknownError("read failed");
	/* An erased sequence is UINT32_MAX and counts as none. */
	newest = (entries[1].ota_seq + 1) > (entries[0].ota_seq + 1) ? 1 : 0;
	if ((uint32_t)stateOf(boot) != entries[newest].ota_state)
		xsUnknownError("newest entry is not the selected one");
	if (ESP_OK != esp_partition_erase_range(otadata, newest * otadata->erase_size, otadata->erase_size))
		xsUnknownError("erase failed");
}

/* What runs stays. */
void xs_trial_confirm(xsMachine *the)
{
	/* It marks what is selected, which must be what runs. */
	if (esp_ota_get_boot_partition() != esp_ota_get_running_partition())
		xsUnknownError("other slot is selected");
	if (ESP_OK != esp_ota_mark_app_valid_cancel_rollback())
		xsUnknownError("can't mark valid");
}

/* What runs is never started again; the other slot's earlier entry is in force from the next reset on. */
void xs_trial_roll_back(xsMachine *the)
{
	/* It marks what is selected, which must be what runs. */
	if (esp_ota_get_boot_partition() != esp_ota_get_running_partition())
		xsUnknownError("other slot is selected");
	if (ESP_OK != esp_ota_mark_app_invalid_rollback())
		xsUnknownError("can't roll back");
}

/* Does not return. */
void xs_trial_restart(xsMachine *the)
{
	esp_restart();
}
