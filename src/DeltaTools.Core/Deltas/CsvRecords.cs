using System.Text;

namespace DeltaTools.Core.Deltas;

/// <summary>Walks the records of a CSV file and tells on which line each begins.</summary>
/// <remarks>DuckDB reads the rows; this reads the header, and finds the line of a row that was refused. Quoted fields may hold line breaks.</remarks>
public sealed class CsvRecords(TextReader reader, char delimiter, char quote)
{
    private int _line = 1;

    /// <summary>Line that the record returned last began on, from 1.</summary>
    public int Line { get; private set; }

    /// <summary>Whether a field of the record returned last goes on after its closing quote.</summary>
    public bool HasStrayText { get; private set; }

    /// <summary>The fields of the next record, or null at the end. Blank lines are passed over.</summary>
    /// <exception cref="IcebergException">DeltaFileInvalid: a quoted field does not end.</exception>
    public List<CsvField>? Next()
    {
        while (reader.Peek() is '\r' or '\n') ReadBreak(reader.Read());
        if (reader.Peek() < 0) return null;
        Line = _line;
        HasStrayText = false;
        var fields = new List<CsvField>();
        while (ReadField(fields)) { }
        return fields;
    }

    /// <summary>Reads one field; true when another follows in the record.</summary>
    private bool ReadField(List<CsvField> fields)
    {
        var text = new StringBuilder();
        bool quoted = reader.Peek() == quote;
        if (quoted) ReadQuoted(text);
        for (int c = reader.Read(); ; c = reader.Read())
        {
            if (c == delimiter || c < 0 || c is '\r' or '\n')
            {
                fields.Add(new CsvField(text.ToString(), quoted));
                if (c is '\r' or '\n') ReadBreak(c);
                return c == delimiter;
            }
            HasStrayText |= quoted;
            text.Append((char)c);
        }
    }

    private void ReadQuoted(StringBuilder text)
    {
        reader.Read();
        while (true)
        {
            int c = reader.Read();
            if (c < 0)
            {
                throw new IcebergException(IcebergErrorKind.DeltaFileInvalid,
                    $"The quoted field that begins in the record of line {Line} does not end. Close the quote or double quotes inside the field.");
            }
            if (c == quote)
            {
                if (reader.Peek() != quote) return;
                reader.Read();
            }
            else if (c is '\r' or '\n')
            {
                if (c == '\r' && reader.Peek() == '\n')
                {
                    text.Append('\r');
                    c = reader.Read();
                }
                _line++;
            }
            text.Append((char)c);
        }
    }

    private void ReadBreak(int c)
    {
        if (c == '\r' && reader.Peek() == '\n') reader.Read();
        _line++;
    }
}

/// <param name="Quoted">An unquoted empty field is NULL, a quoted one the empty string.</param>
public readonly record struct CsvField(string Text, bool Quoted);
