// What must be true of a data file and its manifest entry.
import assert from 'node:assert/strict'
import { fromBound, fromParquet, orderOf, typeName } from './values.js'
import { resultType, transform } from './transforms.js'

const nested = type => typeof type !== 'string'

/** Field ids stand on every level of the file, as the schema that it was written with has them. */
export function checkIds(parquet) {
  const schema = JSON.parse(parquet.metadata.key_value_metadata.find(kv => kv.key === 'iceberg.schema').value)
  const visit = (type, node) => {
    if (!nested(type)) return assert.equal(node.children.length, 0)
    if (type.type === 'struct') return type.fields.filter(f => f.type !== 'unknown').forEach(f => visit(f.type, find(node, f.id)))
    const repeated = node.children[0]
    if (type.type === 'list') return visit(type.element, find(repeated, type['element-id']))
    visit(type.key, find(repeated, type['key-id']))
    visit(type.value, find(repeated, type['value-id']))
  }
  const find = (node, id) => node.children.find(c => c.id === id) ?? assert.fail(`no field ${id} below ${node.name}`)
  visit(schema, parquet.tree)
}

/** The annotations that other engines go by. */
export function checkTypes(parquet, schema) {
  const wanted = {
    int: ['INT32'], long: ['INT64'], float: ['FLOAT'], double: ['DOUBLE'], boolean: ['BOOLEAN'], date: ['INT32', 'DATE'],
    string: ['BYTE_ARRAY', 'UTF8'], uuid: ['FIXED_LEN_BYTE_ARRAY', 'UUID'], timestamp_ns: ['INT64', 'TIMESTAMP'], timestamptz_ns: ['INT64', 'TIMESTAMP'],
    time: ['INT64', 'TIME_MICROS', 'TIME'], timestamp: ['INT64', 'TIMESTAMP_MICROS', 'TIMESTAMP'], timestamptz: ['INT64', 'TIMESTAMP_MICROS', 'TIMESTAMP'],
  }
  for (const field of schema.fields) {
    const element = parquet.tree.children.find(c => c.id === field.id)?.element
    const [physical, ...annotations] = wanted[typeName(field.type)] ?? []
    if (!element || !physical || element.type !== physical) continue // older than a promotion
    if (annotations.length) assert.ok(annotations.includes(parquet.annotations.get(element)), `${field.name}: ${parquet.annotations.get(element)}`)
  }
}

/** Counts and bounds of the manifest entry hold for the rows of the file. */
export function checkMetrics({ file, parquet, rows }, schema) {
  const map = entries => new Map((entries ?? []).map(e => [e.key, e.value]))
  assert.equal(Number(file.record_count), rows.length)
  assert.deepEqual((file.split_offsets ?? []).map(Number), parquet.metadata.row_groups.map(g => Number(
    g.columns[0].meta_data.dictionary_page_offset ?? g.columns[0].meta_data.data_page_offset)))
  const [values, nulls, nans, lowers, uppers] = ['value_counts', 'null_value_counts', 'nan_value_counts', 'lower_bounds', 'upper_bounds'].map(n => map(file[n]))
  schema.fields.forEach((field, i) => {
    if (nested(field.type) || !parquet.tree.children.some(c => c.id === field.id)) return
    const column = rows.map(r => r[i])
    const present = column.filter(v => v !== null)
    const ordered = present.map(v => orderOf(field.type, v)).filter(v => v !== undefined)
    const name = `${field.name} of ${file.file_path}`
    assert.equal(Number(values.get(field.id)), rows.length, `value count of ${name}`)
    assert.equal(Number(nulls.get(field.id)), rows.length - present.length, `null count of ${name}`)
    if (['float', 'double'].includes(field.type)) assert.equal(Number(nans.get(field.id)), present.length - ordered.length, `NaN count of ${name}`)
    if (field.type === 'geometry' || ordered.length === 0) return
    // A file that is older than a promotion has bounds of the narrower type; their length tells.
    const boundType = bytes => bytes.length === 4 && field.type === 'long' ? 'int' : bytes.length === 4 && field.type === 'double' ? 'float' : field.type
    const bound = bytes => orderOf(boundType(bytes), fromBound(boundType(bytes), bytes))
    assert.ok(lowers.has(field.id), `no lower bound of ${name}`)
    for (const v of ordered) assert.ok(bound(lowers.get(field.id)) <= v, `lower bound of ${name}`)
    if (uppers.has(field.id)) for (const v of ordered) assert.ok(v <= bound(uppers.get(field.id)), `upper bound of ${name}`)
    else assert.ok(['fixed', 'binary', 'string'].includes(typeName(field.type)), `no upper bound of ${name}`)
    if (typeName(field.type) === 'string') assert.ok([...fromBound('string', lowers.get(field.id))].length <= 16, `length of the bound of ${name}`)
  })
}

/** Every row lies in the partition that the manifest entry names. */
export function checkPartition({ file, rows }, metadata, schema) {
  const spec = metadata['partition-specs'].find(s => s['spec-id'] === file.specId)
  const types = file.entrySchema.fields.find(f => f.name === 'data_file').type.fields.find(f => f.name === 'partition').type.fields
  assert.deepEqual(types.map(f => f['field-id']), spec.fields.map(f => f['field-id']))
  const values = Object.values(file.partition ?? {})
  spec.fields.forEach((part, i) => {
    const index = schema.fields.findIndex(f => f.id === part['source-id'])
    const { type, name } = schema.fields[index]
    const actual = fromAvro(resultType(part.transform, type), values[i])
    for (const row of rows) assert.deepEqual(actual, transform(part.transform, type, row[index]), `${part.transform}(${name}) of ${JSON.stringify(row[index])}`)
  })
}

function fromAvro(type, value) {
  if (value === null || value === undefined) return null
  return typeName(type) === 'string' ? value : fromParquet(type, value)
}
