import { BoolField, KeyValueField, StringField } from '@tidelock/engine-api';

export class EnableAuditBody {
  @StringField({ required: 'backend type must be specified as a string', description: 'Type of the device: file.' })
  type!: string;

  @StringField({ description: 'For people.' })
  description?: string;

  @KeyValueField({ description: 'file_path, log_raw, hmac_accessor, mode, format, prefix, elide_list_responses.' })
  options?: Record<string, string>;

  @BoolField({ description: 'Keeps the device on this cluster.' })
  local?: boolean;
}

export class HashBody {
  @StringField({
    required: 'the "input" parameter is empty',
    description: "The text to look for in the device's lines.",
  })
  input!: string;
}

export class AuditedHeaderBody {
  @BoolField({ description: "Whether the header's value is hashed." })
  hmac?: boolean;
}
