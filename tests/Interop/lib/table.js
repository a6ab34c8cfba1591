// A small reader of table metadata, with npm's avsc for Avro.
import avro from 'avsc'
import { readFile } from 'node:fs/promises'
import { localPath } from './location.js'

/** 64-bit numbers as BigInt: sequence numbers and row ids do not fit a double. */
const long = avro.types.LongType.__with({
  fromBuffer: buffer => buffer.readBigInt64LE(),
  toBuffer: value => { const b = Buffer.alloc(8); b.writeBigInt64LE(value); return b },
  fromJSON: BigInt,
  toJSON: String,
  isValid: value => typeof value === 'bigint',
  compare: (a, b) => a < b ? -1 : a > b ? 1 : 0,
})

export async function readTable(location) {
  const text = await readFile(localPath(location), 'utf8')
  // Snapshot ids have up to 63 bits.
  return JSON.parse(text.replace(/("(?:[a-z-]*snapshot-id)"\s*:\s*)(-?\d+)/g, '$1"$2"'))
}

/** The records of an Avro file, and its header. */
export async function readAvro(location) {
  const bytes = await readFile(localPath(location))
  return new Promise((resolve, reject) => {
    const decoder = new avro.streams.BlockDecoder({
      parseHook: schema => avro.Type.forSchema(schema, { registry: { long }, wrapUnions: false }),
    })
    const records = []
    let header
    decoder.on('metadata', (type, codec, meta) => { header = { schema: JSON.parse(meta.meta['avro.schema'].toString()), meta: meta.meta } })
    decoder.on('data', record => records.push(record))
    decoder.on('error', reject)
    decoder.on('end', () => resolve({ records, ...header }))
    decoder.end(bytes)
  })
}

/** The live files of a snapshot: entries with sequence numbers and row ids inherited as the specification says. */
export async function readFiles(metadata, snapshot) {
  const lists = snapshot['manifest-list'] ? (await readAvro(snapshot['manifest-list'])).records : []
  const files = []
  for (const manifest of lists) {
    const { records, schema, meta } = await readAvro(manifest.manifest_path)
    let nextRowId = manifest.first_row_id ?? null
    for (const entry of records) {
      const file = entry.data_file
      const added = entry.status === 1
      const inherit = value => value ?? (added ? manifest.sequence_number ?? 0n : undefined)
      let firstRowId = file.first_row_id ?? null
      if (firstRowId === null && nextRowId !== null && (file.content ?? 0) === 0 && entry.status !== 2) {
        firstRowId = nextRowId
        nextRowId += file.record_count
      }
      if (entry.status === 2) continue
      const sequenceNumber = metadata['format-version'] === 1 ? 0n : inherit(entry.sequence_number)
      if (sequenceNumber === undefined) throw new Error(`${file.file_path} has no sequence number`)
      files.push({ ...file, status: entry.status, content: file.content ?? 0, sequenceNumber, firstRowId, specId: manifest.partition_spec_id, entrySchema: schema, meta })
    }
  }
  return files
}

export const schemaOf = (metadata, id) => (metadata.schemas ?? [metadata.schema]).find(s => s['schema-id'] === id)
