using System.Collections.Immutable;

namespace DeltaTools.Core.Spec.Text;

/// <summary>What partitionings and sort orders share: a column, or a transform of one.</summary>
internal static class TermReader
{
    public static (NestedField Source, Transform Transform) Read(Scanner scanner, Schema schema)
    {
        int start = scanner.SkipBlanks();
        bool quoted = scanner.Next is '`' or '"';
        string first = scanner.Name("a column or a transform");
        if (quoted || !scanner.Take('(')) return (Column(scanner, schema, Path(scanner, first), start), Transform.Identity);
        (Transform transform, NestedField source) = Arguments(scanner, schema, first, start);
        scanner.Expect(')');
        return (source, transform);
    }

    /// <summary>The text that <see cref="Read"/> understands.</summary>
    /// <param name="column">Already between quotes if need be.</param>
    public static string Print(Transform transform, string column) => transform switch
    {
        IdentityTransform => column,
        BucketTransform bucket => $"bucket({bucket.Count}, {column})",
        TruncateTransform truncate => $"truncate({truncate.Width}, {column})",
        _ => $"{transform}({column})",
    };

    public static string Quote(string fullName) => string.Join('.', fullName.Split('.').Select(Scanner.QuoteName));

    /// <summary>The columns between quotes if need be; the number of one that is gone.</summary>
    public static string Quote(ImmutableArray<int> ids, Schema schema) =>
        string.Join(", ", ids.Select(id => schema.NameOf(id) is { } name ? Quote(name) : $"#{id}"));

    private static (Transform, NestedField) Arguments(Scanner scanner, Schema schema, string name, int start)
    {
        Transform? simple = name.ToLowerInvariant() switch
        {
            "identity" => Transform.Identity,
            "year" or "years" => Transform.Year,
            "month" or "months" => Transform.Month,
            "day" or "days" or "date" => Transform.Day,
            "hour" or "hours" or "date_hour" => Transform.Hour,
            "void" => Transform.Void,
            "bucket" or "truncate" => null,
            _ => throw scanner.Error($"'{name}' is not a transform. Transforms are identity, year, month, day, hour, bucket, truncate", start),
        };
        if (simple is not null) return (simple, Column(scanner, schema));
        bool numberFirst = char.IsAsciiDigit(scanner.Next);
        int number = numberFirst ? Count(scanner) : 0;
        if (numberFirst) scanner.Expect(',');
        NestedField source = Column(scanner, schema);
        if (!numberFirst)
        {
            scanner.Expect(',');
            number = Count(scanner);
        }
        return (name.Equals("bucket", StringComparison.OrdinalIgnoreCase) ? Transform.Bucket(number) : Transform.Truncate(number), source);
    }

    private static int Count(Scanner scanner)
    {
        int start = scanner.SkipBlanks();
        int number = scanner.Number("a number");
        return number > 0 ? number : throw scanner.Error("the number must be greater than 0", start);
    }

    private static NestedField Column(Scanner scanner, Schema schema)
    {
        int start = scanner.SkipBlanks();
        return Column(scanner, schema, Path(scanner, scanner.Name("a column")), start);
    }

    private static string Path(Scanner scanner, string first)
    {
        string path = first;
        while (scanner.Take('.')) path += "." + scanner.Name("a field name");
        return path;
    }

    private static NestedField Column(Scanner scanner, Schema schema, string name, int position) => schema.FindFieldIgnoreCase(name)
        ?? throw scanner.Error($"there is no column '{name}'. Columns are {string.Join(", ", schema.Fields.Take(50).Select(f => f.Name))}", position);
}
