using System.Collections.Immutable;

namespace DeltaTools.Core.Catalogs.Rest;

/// <summary>A request to a REST catalog.</summary>
/// <param name="Path">Below the catalog's address, encoded, with its query.</param>
/// <param name="About">What it does, for errors: <c>load table hr.employee</c>.</param>
internal sealed record RestCall(HttpMethod Method, string Path, string About)
{
    /// <summary>JSON, unless <see cref="Form"/> says otherwise.</summary>
    public ReadOnlyMemory<byte>? Body { get; init; }

    /// <summary>Fields of a form, instead of a body.</summary>
    public ImmutableArray<KeyValuePair<string, string>> Form { get; init; } = [];

    public ImmutableArray<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>A token of its own, which the catalog gave for one table.</summary>
    public string? Token { get; init; }

    /// <summary>False sends no login along: for those requests that get one.</summary>
    public bool Authorized { get; init; } = true;
}
