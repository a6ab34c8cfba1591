namespace DeltaTools.Core.Embedded.Query;

/// <summary>A table as a query names it: the levels of its namespace with dots between them, and its name.</summary>
internal readonly record struct TableName(string Namespace, string Name)
{
    public static TableName Of(NameChain chain) => new(string.Join('.', chain.Parts[..^1].Select(p => p.Text)), chain.Parts[^1].Text);

    public override string ToString() => $"{Namespace}.{Name}";
}
