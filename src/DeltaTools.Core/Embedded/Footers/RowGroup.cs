namespace DeltaTools.Core.Embedded.Footers;

internal sealed record RowGroup(ColumnChunk[] Columns, long RowCount)
{
    public static RowGroup Read(ref ThriftReader reader)
    {
        ColumnChunk[] columns = [];
        long rows = 0;
        int id = 0;
        while (reader.NextField(ref id, out ThriftType type))
        {
            switch (id)
            {
                case 1:
                    columns = new ColumnChunk[reader.List(out _)];
                    for (int i = 0; i < columns.Length; i++)
                        columns[i] = ColumnChunk.Read(ref reader) ?? throw new InvalidDataException("a column of a row group has no metadata");
                    break;
                case 3: rows = reader.Int64(); break;
                default: reader.Skip(type); break;
            }
        }
        return new(columns, rows);
    }
}
