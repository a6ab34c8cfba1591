// Reads Parquet files by field id, with hyparquet; values are converted here, by their Iceberg types.
import { parquetMetadataAsync, parquetReadObjects, asyncBufferFromFile } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'
import { localPath } from './location.js'
import { fromDefault, fromParquet, typeName } from './values.js'

/** The elements of a file's schema as a tree. */
function treeOf(elements) {
  let at = 0
  const next = () => {
    const element = elements[at++]
    const children = []
    for (let i = 0; i < (element.num_children ?? 0); i++) children.push(next())
    return { element, children, id: element.field_id, name: element.name }
  }
  return next()
}

export async function openParquet(location) {
  const file = await asyncBufferFromFile(localPath(location))
  const metadata = await parquetMetadataAsync(file)
  const annotations = new Map(metadata.schema.map(e => [e, e.converted_type ?? e.logical_type?.type]))
  const tree = treeOf(metadata.schema)
  // Without annotations of its leaves hyparquet gives the physical values, which lose nothing; and without those of its maps their
  // entries in order, where objects would make text of all keys.
  for (const element of metadata.schema) {
    if (element.num_children && element.converted_type !== 'MAP') continue
    delete element.converted_type
    delete element.logical_type
  }
  return { file, metadata, tree, annotations }
}

export const rawRows = ({ file, metadata }) => parquetReadObjects({ file, metadata, compressors, utf8: false })

/** The rows of a data file under a schema: arrays of values, `undefined` for a column that the file lacks. */
export async function readRows(parquet, schema) {
  const rows = await rawRows(parquet)
  const columns = schema.fields.map(f => parquet.tree.children.find(c => c.id === f.id))
  return rows.map(row => schema.fields.map((field, i) => columns[i] ? convert(field.type, row[columns[i].name], columns[i]) : undefined))
}

export const defaultOf = field => fromDefault(field.type, field['initial-default'])

function convert(type, value, node) {
  if (value === undefined || value === null) return null
  switch (typeName(type)) {
    case 'struct': return type.fields.map(f => {
      const child = node.children.find(c => c.id === f.id)
      return child ? convert(f.type, value[child.name], child) : defaultOf(f)
    })
    case 'list': {
      const element = only(node.children[0])
      check(element.id === type['element-id'], `list element has id ${element.id}`)
      return value.map(v => convert(type.element, v, element))
    }
    case 'map': {
      const [key, item] = node.children[0].children
      check(key.id === type['key-id'] && item.id === type['value-id'], `map has ids ${key.id}, ${item.id}`)
      return (value[node.children[0].name] ?? []).map(e => [convert(type.key, e[key.name], key), convert(type.value, e[item.name], item)])
    }
    default: return fromParquet(type, value)
  }
}

const only = node => { check(node.children.length === 1, 'a list has one element'); return node.children[0] }

function check(condition, message) {
  if (!condition) throw new Error(message)
}
